using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Towpath.Server.Dashboard.Assets;

/// <summary>The dashboard's own files, inside the assembly. Their names carry a hash of their content, so browsers keep them for good.</summary>
public static class DashboardAssets
{
    private const string Prefix = "Towpath.Server.Dashboard.Assets.";
    private const int HashDigits = 12;

    private static readonly FrozenDictionary<string, Asset> ByPath =
        new[] { Read("towpath.css", "text/css; charset=utf-8"), Read("towpath.js", "text/javascript; charset=utf-8"), Read("favicon.svg", "image/svg+xml") }
            .ToFrozenDictionary(asset => asset.Path, StringComparer.Ordinal);

    public static string Styles { get; } = PathOf("towpath.css");

    public static string Script { get; } = PathOf("towpath.js");

    public static string Icon { get; } = PathOf("favicon.svg");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{name}", Serve).WithName("asset").ExcludeFromDescription().AllowAnonymous();
        // Browsers ask for it unasked, also on answers that are no page of ours.
        routes.MapGet("/favicon.ico", () => Results.LocalRedirect(Icon)).WithName("favicon").ExcludeFromDescription().AllowAnonymous();
    }

    private static IResult Serve(string name, HttpContext http)
    {
        if (!ByPath.TryGetValue("/assets/" + name, out var asset)) return Results.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(asset.Bytes, asset.ContentType);
    }

    private static string PathOf(string name) => ByPath.Values.First(asset => string.Equals(asset.Name, name, StringComparison.Ordinal)).Path;

    private static Asset Read(string name, string contentType)
    {
        using var stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"the assembly lacks {name}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..HashDigits];
        return new Asset(name, $"/assets/{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}", contentType, bytes);
    }

    private sealed record Asset(string Name, string Path, string ContentType, byte[] Bytes);
}
