using System.Net;
using Towpath.GitHub.Oidc;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Scene;

/// <summary>An issuer with its keys, and the verifier that asks it.</summary>
internal sealed class FakeIssuer
{
    public FakeIssuer(VirtualTime time, params IReadOnlyList<string> others)
    {
        Web = new FakeWeb(Answer);
        var options = new OidcOptions { Issuers = [Forge.Issuer, .. others] };
        Keys = new KeySets(new Discovery(new OidcHttp(Web), options, time), options, time);
        Verifier = new TokenVerifier(Keys, options, time);
    }

    public FakeWeb Web { get; }

    public KeySets Keys { get; }

    public TokenVerifier Verifier { get; }

    public string Published { get; set; } = Forge.KeySet(Forge.PublicKey(Forge.Key));

    public string Description { get; set; } = $$"""{"issuer":"{{Forge.Issuer}}","jwks_uri":"{{Forge.Issuer}}/.well-known/jwks"}""";

    /// <summary>What it answers instead, where it is in trouble.</summary>
    public Func<HttpResponseMessage>? Trouble { get; set; }

    public int Questions => Web.Requests.Count(r => r.Path.EndsWith("openid-configuration", StringComparison.Ordinal));

    public Task<TokenResult> VerifyAsync(string token) => Verifier.VerifyAsync(token, Forge.Issuer, Forge.Audience, TestContext.Current.CancellationToken);

    public async Task<bool> AcceptsAsync(string token) => await VerifyAsync(token) is TokenResult.Verified;

    private HttpResponseMessage Answer(Asked asked) =>
        Trouble is { } trouble ? trouble()
        : FakeWeb.Response(HttpStatusCode.OK, asked.Path.EndsWith("openid-configuration", StringComparison.Ordinal) ? Description : Published);
}
