using System.Collections.Frozen;

namespace Towpath.Core.Sites;

/// <summary>
/// Which media type a file name stands for. Text is UTF-8. A table of our own, since those of systems and of other tools differ from machine to
/// machine and lack what browsers insist on: modules and WebAssembly do not run under another type than theirs.
/// </summary>
public static class ContentTypes
{
    private const string Unknown = "application/octet-stream";

    // IANA media types registry, and WHATWG MIME Sniffing for what browsers take as scripts and fonts.
    private static readonly FrozenDictionary<string, string> ByExtension = WithCharset(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["html"] = "text/html", ["htm"] = "text/html", ["xhtml"] = "application/xhtml+xml", ["css"] = "text/css",
        ["js"] = "text/javascript", ["mjs"] = "text/javascript", ["cjs"] = "text/javascript", ["jsx"] = "text/jsx", ["ts"] = "text/plain", ["tsx"] = "text/plain",
        ["json"] = "application/json", ["map"] = "application/json", ["json5"] = "application/json5", ["geojson"] = "application/geo+json", ["topojson"] = "application/json",
        ["jsonld"] = "application/ld+json", ["webmanifest"] = "application/manifest+json", ["importmap"] = "application/importmap+json", ["ndjson"] = "application/x-ndjson",
        ["wasm"] = "application/wasm", ["xml"] = "application/xml", ["xsl"] = "application/xslt+xml", ["xslt"] = "application/xslt+xml", ["xsd"] = "application/xml", ["dtd"] = "application/xml-dtd",
        ["rss"] = "application/rss+xml", ["atom"] = "application/atom+xml", ["rdf"] = "application/rdf+xml", ["kml"] = "application/vnd.google-earth.kml+xml", ["gpx"] = "application/gpx+xml",
        ["txt"] = "text/plain", ["text"] = "text/plain", ["log"] = "text/plain", ["md"] = "text/markdown", ["markdown"] = "text/markdown", ["csv"] = "text/csv", ["tsv"] = "text/tab-separated-values",
        ["yaml"] = "text/yaml", ["yml"] = "text/yaml", ["toml"] = "application/toml", ["ini"] = "text/plain", ["ics"] = "text/calendar", ["vcf"] = "text/vcard", ["vtt"] = "text/vtt", ["srt"] = "application/x-subrip",
        ["appcache"] = "text/cache-manifest", ["htc"] = "text/x-component", ["asc"] = "text/plain", ["sh"] = "text/x-shellscript", ["glsl"] = "text/plain", ["tex"] = "text/x-tex",
        ["svg"] = "image/svg+xml", ["png"] = "image/png", ["apng"] = "image/apng", ["jpg"] = "image/jpeg", ["jpeg"] = "image/jpeg", ["jfif"] = "image/jpeg", ["gif"] = "image/gif", ["webp"] = "image/webp",
        ["avif"] = "image/avif", ["jxl"] = "image/jxl", ["heic"] = "image/heic", ["heif"] = "image/heif", ["bmp"] = "image/bmp", ["ico"] = "image/x-icon", ["cur"] = "image/x-icon", ["tif"] = "image/tiff", ["tiff"] = "image/tiff",
        ["woff"] = "font/woff", ["woff2"] = "font/woff2", ["ttf"] = "font/ttf", ["otf"] = "font/otf", ["ttc"] = "font/collection", ["eot"] = "application/vnd.ms-fontobject",
        ["mp3"] = "audio/mpeg", ["m4a"] = "audio/mp4", ["aac"] = "audio/aac", ["ogg"] = "audio/ogg", ["oga"] = "audio/ogg", ["opus"] = "audio/ogg", ["wav"] = "audio/wav", ["flac"] = "audio/flac", ["mid"] = "audio/midi", ["midi"] = "audio/midi", ["weba"] = "audio/webm",
        ["mp4"] = "video/mp4", ["m4v"] = "video/mp4", ["webm"] = "video/webm", ["ogv"] = "video/ogg", ["mov"] = "video/quicktime", ["avi"] = "video/x-msvideo", ["mkv"] = "video/matroska", ["mpg"] = "video/mpeg", ["mpeg"] = "video/mpeg", ["3gp"] = "video/3gpp",
        ["m3u8"] = "application/vnd.apple.mpegurl", ["mpd"] = "application/dash+xml", ["m4s"] = "video/iso.segment",
        ["pdf"] = "application/pdf", ["epub"] = "application/epub+zip", ["rtf"] = "application/rtf", ["ps"] = "application/postscript", ["eps"] = "application/postscript",
        ["doc"] = "application/msword", ["xls"] = "application/vnd.ms-excel", ["ppt"] = "application/vnd.ms-powerpoint",
        ["docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ["xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ["pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ["odt"] = "application/vnd.oasis.opendocument.text", ["ods"] = "application/vnd.oasis.opendocument.spreadsheet", ["odp"] = "application/vnd.oasis.opendocument.presentation",
        ["zip"] = "application/zip", ["gz"] = "application/gzip", ["tgz"] = "application/gzip", ["tar"] = "application/x-tar", ["bz2"] = "application/x-bzip2", ["xz"] = "application/x-xz", ["zst"] = "application/zstd", ["7z"] = "application/x-7z-compressed", ["rar"] = "application/vnd.rar",
        ["jar"] = "application/java-archive", ["apk"] = "application/vnd.android.package-archive", ["deb"] = "application/vnd.debian.binary-package", ["dmg"] = "application/x-apple-diskimage", ["crx"] = "application/x-chrome-extension", ["xpi"] = "application/x-xpinstall",
        ["gltf"] = "model/gltf+json", ["glb"] = "model/gltf-binary", ["stl"] = "model/stl", ["obj"] = "model/obj", ["usdz"] = "model/vnd.usdz+zip",
        ["swf"] = "application/x-shockwave-flash", ["pem"] = "application/x-pem-file", ["crt"] = "application/x-x509-ca-cert", ["cer"] = "application/pkix-cert", ["sqlite"] = "application/vnd.sqlite3", ["parquet"] = "application/vnd.apache.parquet",
    }, StringComparer.OrdinalIgnoreCase);

    // Names without an extension that a program asks for under one type only.
    private static readonly FrozenDictionary<string, string> ByPath = WithCharset(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        // Apple, "Supporting associated domains".
        ["apple-app-site-association"] = "application/json",
        [".well-known/apple-app-site-association"] = "application/json",
        // Matrix specification, "Well-known URI".
        [".well-known/matrix/client"] = "application/json",
        [".well-known/matrix/server"] = "application/json",
        // OpenID Connect Discovery 1.0, section 4.
        [".well-known/openid-configuration"] = "application/json",
        // RFC 9727.
        [".well-known/api-catalog"] = "application/linkset+json",
    }, StringComparer.Ordinal);

    /// <param name="path">Relative to the site, with slashes.</param>
    public static string Of(string path)
    {
        if (ByPath.GetValueOrDefault(path) is { } named) return named;
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        var dot = name.LastIndexOf('.');
        return dot > 0 && ByExtension.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[(dot + 1)..], out var type) ? type : Unknown;
    }

    /// <summary>Whether it is worth compressing.</summary>
    /// <param name="type">As <see cref="Of"/> gives it.</param>
    public static bool IsCompressible(string type) =>
        type.Contains("charset=", StringComparison.Ordinal)
        || type is "application/wasm" or "font/ttf" or "font/otf" or "application/vnd.ms-fontobject" or "image/bmp" or "image/x-icon" or "model/gltf-binary";

    private static FrozenDictionary<string, string> WithCharset(Dictionary<string, string> types, StringComparer comparer) =>
        types.ToFrozenDictionary(t => t.Key, t => IsText(t.Value) ? t.Value + "; charset=utf-8" : t.Value, comparer);

    private static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal)
        || type is "application/json" or "application/xml" or "application/json5" or "application/x-ndjson" or "application/toml" or "application/xml-dtd"
        || type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal);
}
