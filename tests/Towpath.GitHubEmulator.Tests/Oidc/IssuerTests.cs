using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Oidc;

/// <summary>Tokens of jobs, and the keys that prove them.</summary>
public sealed class IssuerTests : GitHubScene
{
    [Theory]
    [InlineData(null, false, "repo:acme/web:ref:refs/heads/main")]
    [InlineData("production", false, "repo:acme/web:environment:production")]
    [InlineData("production", true, "repo:acme@{0}/web@{1}:environment:production")]
    public async Task A_job_asks_for_a_token_of_what_it_is(string? environment, bool ids, string subject)
    {
        var claims = World.Oidc.ClaimsOf(Web, "refs/heads/main", Web.Refs["refs/heads/main"], environment, ids);
        var got = await With(World.Oidc.Job(claims)).GetAsync($"{World.Oidc.RequestUrl.PathAndQuery}&audience=towpath");
        var token = PayloadOf((string)got.Json["value"]!);

        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, subject, Web.Owner.Id, Web.Id), (string?)token["sub"]);
        Assert.Equal(("towpath", World.Oidc.Issuer, Web.Id.ToString(), environment), (
            (string?)token["aud"], (string?)token["iss"], (string?)token["repository_id"], (string?)token["environment"]));
        Assert.Equal(300, (long)token["exp"]! - (long)token["iat"]!);
        Assert.Equal(401, (await With("another").GetAsync(World.Oidc.RequestUrl.PathAndQuery)).Status);
    }

    [Fact]
    public async Task Keys_are_found_by_discovery_and_rotate()
    {
        var discovery = await With(null).GetAsync($"{new Uri(World.Oidc.Issuer).AbsolutePath}/.well-known/openid-configuration");
        Assert.Equal(World.Oidc.Issuer, (string?)discovery.Json["issuer"]);
        var address = new Uri((string)discovery.Json["jwks_uri"]!).PathAndQuery;
        var claims = World.Oidc.ClaimsOf(Web, "refs/heads/main", Web.Refs["refs/heads/main"]);

        var old = World.Oidc.Mint(claims, "towpath");
        Assert.True(Verifies(old, await With(null).GetAsync(address)));
        World.Oidc.Rotate();
        var young = World.Oidc.Mint(claims, "towpath");
        Assert.Equal((true, true), (Verifies(old, await With(null).GetAsync(address)), Verifies(young, await With(null).GetAsync(address))));
        World.Oidc.Rotate(forgetOld: true);
        Assert.Equal((false, false), (Verifies(old, await With(null).GetAsync(address)), Verifies(young, await With(null).GetAsync(address))));
    }

    [Fact]
    public void Claims_are_changed_or_left_out()
    {
        var claims = World.Oidc.ClaimsOf(Web, "refs/tags/v1", Web.Refs["refs/heads/main"]);
        var payload = PayloadOf(World.Oidc.Mint(claims, "towpath", new JsonObject { ["exp"] = 1, ["repository_id"] = null }));

        Assert.Equal((1, false, "tag"), ((int)payload["exp"]!, payload.ContainsKey("repository_id"), (string?)payload["ref_type"]));
    }

    private static JsonObject PayloadOf(string token) => (JsonObject)JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!;

    private static bool Verifies(string token, Got jwks)
    {
        var parts = token.Split('.');
        var kid = (string?)JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!["kid"];
        if (jwks.Json["keys"]!.AsArray().FirstOrDefault(k => (string?)k!["kid"] == kid) is not { } key) return false;
        using var rsa = RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars((string)key["n"]!), Exponent = Base64Url.DecodeFromChars((string)key["e"]!) });
        return rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
