using System.Text.Json.Nodes;

namespace Towpath.AwsEmulator.Oidc;

/// <summary>
/// What <c>ACTIONS_ID_TOKEN_REQUEST_URL</c> names on a runner, and the issuer's public keys. Source: GitHub, OpenID Connect reference.
/// </summary>
internal static class TokenEndpoint
{
    public const string Path = "/_emulator/oidc/token";

    public static void Map(IEndpointRouteBuilder endpoints, EmulatorWorld world)
    {
        endpoints.MapGet(Path, context => TokenAsync(context, world.Issuers.GitHub));
        endpoints.MapGet("/_emulator/oidc/jwks", context => WriteAsync(context, world.Issuers.GitHub.Jwks));
    }

    private static Task TokenAsync(HttpContext context, TestIssuer issuer)
    {
        if (!string.Equals(context.Request.Headers.Authorization, $"bearer {IssuerBook.RequestToken}", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return WriteAsync(context, """{"message":"Bad credentials"}""");
        }

        var audience = context.Request.Query["audience"].ToString();
        if (audience.Length == 0) audience = $"https://github.com/{issuer.Claims["repository_owner"]}";
        return WriteAsync(context, new JsonObject { ["count"] = 1, ["value"] = issuer.Mint(audience) }.ToJsonString());
    }

    private static Task WriteAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
