using Microsoft.AspNetCore.StaticFiles;

namespace Towpath.Local.Serving;

/// <summary>Which type a file name stands for. Text is UTF-8.</summary>
internal static class ContentTypes
{
    private const string Unknown = "application/octet-stream";

    private static readonly FileExtensionContentTypeProvider Provider = new()
    {
        Mappings =
        {
            [".avif"] = "image/avif",
            [".js"] = "text/javascript",
            [".map"] = "application/json",
            [".md"] = "text/markdown",
            [".mjs"] = "text/javascript",
            [".wasm"] = "application/wasm",
            [".webmanifest"] = "application/manifest+json",
            [".woff2"] = "font/woff2",
            [".yaml"] = "text/yaml",
            [".yml"] = "text/yaml",
        },
    };

    public static string Of(string path) =>
        !Provider.TryGetContentType(path, out var type) ? Unknown : IsText(type) ? type + "; charset=utf-8" : type;

    private static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" or "application/manifest+json" or "application/xml" or "image/svg+xml"
            || type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal);
}
