using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Towpath.Core.Operators;
using Towpath.GitHubEmulator.Oidc;

namespace Towpath.Server.Tests.Scene;

/// <summary>
/// A small OpenID Connect provider on a free port: discovery, a page that agrees at once, one-time codes bound to client, address and challenge, signed tokens,
/// keys that rotate. What it says can be spoilt.
/// </summary>
public sealed class OidcServer : IAsyncDisposable
{
    public const string ClientId = "towpath-client";
    public const string ClientSecret = "s3cret/with +signs:and%";

    private readonly WebApplication _web;
    private readonly Dictionary<string, Grant> _codes = new(StringComparer.Ordinal);
    private readonly List<SigningKey> _keys = [new SigningKey("key-1")];

    private OidcServer(WebApplication web) => _web = web;

    public string Issuer { get; private set; } = "";

    /// <summary>Who is logged in there.</summary>
    public JsonObject Person { get; set; } = new() { ["sub"] = "pat-1", ["email"] = "Pat@Example.com", ["email_verified"] = true, ["preferred_username"] = "pat" };

    /// <summary>Changes the claims before they are signed.</summary>
    public Action<JsonObject> Spoil { get; set; } = _ => { };

    /// <summary>Makes the token of claims; null for a good one.</summary>
    public Func<JsonObject, string>? Sign { get; set; }

    /// <summary>Changes its description.</summary>
    public Action<JsonObject> Describe { get; set; } = _ => { };

    /// <summary>Answers discovery with a redirect there.</summary>
    public string? Elsewhere { get; set; }

    public List<string> Asked { get; } = [];

    public SigningKey Key => _keys[^1];

    public static async Task<OidcServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        var server = new OidcServer(web);
        web.MapGet("/.well-known/openid-configuration", (Delegate)server.Discover);
        web.MapGet("/keys", (Delegate)server.Keys);
        web.MapGet("/authorize", (Delegate)server.Authorize);
        web.MapPost("/token", (Delegate)server.TokenAsync);
        await web.StartAsync();
        server.Issuer = web.Urls.First();
        return server;
    }

    public OidcProvider As(string name, string? claim = null, params string[] domains) => new()
    {
        Name = name, Title = $"The {name}", Issuer = Issuer, ClientId = ClientId, ClientSecret = ClientSecret, Claim = claim, Domains = domains,
    };

    public void Rotate(bool forget)
    {
        if (forget) _keys.Clear();
        _keys.Add(new SigningKey($"key-{Guid.CreateVersion7():N}"));
    }

    public string SignWith(SigningKey key, JsonObject claims, string? kid = null) => key.Sign(new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["kid"] = kid ?? key.Id }, claims);

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync(new CancellationToken(canceled: true));
        await _web.DisposeAsync();
    }

    private IResult Discover(HttpContext http)
    {
        Note(http);
        if (Elsewhere is { } there) return Results.Redirect(there);
        var description = new JsonObject
        {
            ["issuer"] = Issuer, ["authorization_endpoint"] = $"{Issuer}/authorize", ["token_endpoint"] = $"{Issuer}/token", ["jwks_uri"] = $"{Issuer}/keys",
        };
        Describe(description);
        return Results.Text(description.ToJsonString(), "application/json");
    }

    private IResult Keys(HttpContext http)
    {
        Note(http);
        return Results.Text(new JsonObject { ["keys"] = new JsonArray([.. _keys.Select(k => (JsonNode)k.Public())]) }.ToJsonString(), "application/json");
    }

    private IResult Authorize(HttpContext http)
    {
        Note(http);
        var query = http.Request.Query;
        Assert.Equal(("code", ClientId, "S256"), (query["response_type"].ToString(), query["client_id"].ToString(), query["code_challenge_method"].ToString()));
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _codes[code] = new Grant(query["redirect_uri"]!, query["code_challenge"]!, query["nonce"]!);
        return Results.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"]!, new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"], ["iss"] = Issuer }));
    }

    private async Task<IResult> TokenAsync(HttpContext http)
    {
        Note(http);
        var form = await http.Request.ReadFormAsync();
        if (!IsClient(http, form)) return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!_codes.Remove(form["code"].ToString(), out var grant) || grant.Redirect != form["redirect_uri"] || grant.Challenge != challenge)
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = Issuer, ["aud"] = ClientId, ["iat"] = now, ["exp"] = now + 300, ["nonce"] = grant.Nonce };
        foreach (var (name, value) in Person) claims[name] = value?.DeepClone();
        Spoil(claims);
        return Results.Json(new { access_token = "at", token_type = "Bearer", id_token = Sign is { } sign ? sign(claims) : SignWith(Key, claims) });
    }

    private static bool IsClient(HttpContext http, IFormCollection form)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.Ordinal)) return form["client_id"] == ClientId && form["client_secret"] == ClientSecret;
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':');
        return parts.Select(p => Uri.UnescapeDataString(p.Replace('+', ' '))).SequenceEqual([ClientId, ClientSecret]);
    }

    private void Note(HttpContext http)
    {
        lock (Asked) Asked.Add(http.Request.Path);
    }

    private sealed record Grant(string Redirect, string Challenge, string Nonce);
}
