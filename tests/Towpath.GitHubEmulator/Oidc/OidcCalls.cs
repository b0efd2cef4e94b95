using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Oidc;

/// <summary>Discovery, keys, and the address at which a job asks for its token.</summary>
internal static class OidcCalls
{
    public static void Add(Router routes)
    {
        routes.On($"GET /{ActionsIssuer.Path}/.well-known/openid-configuration", Need.Nothing, call => Answer.Ok(Discovery(call.World.Oidc)));
        routes.On($"GET /{ActionsIssuer.Path}/.well-known/jwks", Need.Nothing, call => Answer.Ok(call.World.Oidc.Jwks()));
        routes.On("GET /_services/pipelines/idtoken", Need.Nothing, Token);
    }

    private static JsonObject Discovery(ActionsIssuer issuer) => new()
    {
        ["issuer"] = issuer.Issuer, ["jwks_uri"] = issuer.JwksUri.ToString(), ["subject_types_supported"] = new JsonArray("public", "pairwise"),
        ["response_types_supported"] = new JsonArray("id_token"),
        ["claims_supported"] = Json.Texts(
        [
            "sub", "aud", "exp", "iat", "iss", "jti", "nbf", "ref", "sha", "repository", "repository_id", "repository_owner", "repository_owner_id", "enterprise", "enterprise_id",
            "run_id", "run_number", "run_attempt", "actor", "actor_id", "workflow", "workflow_ref", "workflow_sha", "head_ref", "base_ref", "event_name", "ref_type", "ref_protected",
            "environment", "environment_node_id", "job_workflow_ref", "job_workflow_sha", "repository_visibility", "runner_environment", "issuer_scope",
        ]),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"), ["scopes_supported"] = new JsonArray("openid"),
    };

    private static Answer Token(Call call)
    {
        var header = call.Http.Request.Headers.Authorization.ToString();
        var claims = header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) ? call.World.Oidc.ClaimsOf(header[7..]) : null;
        if (claims is null) throw GitHubFault.BadCredentials();
        var audience = call.Query("audience") is { Length: > 0 } asked ? asked : $"https://github.com/{claims["repository_owner"]}";
        var token = call.World.Oidc.Mint(claims, audience);
        return Answer.Ok(new JsonObject { ["count"] = token.Length, ["value"] = token });
    }
}
