using System.Text;
using Towpath.Oci.Authentication;
using Towpath.Oci.Calling;
using Towpath.Oci.References;
using Towpath.Oci.Tests.Scene;

namespace Towpath.Oci.Tests.Hostile;

/// <summary>Registries on the internet: over TLS, with token services and storage on other hosts.</summary>
public sealed class TlsTests
{
    private static readonly TestImage Good = new("tls");
    private static readonly ImageReference Image = ImageReference.Parse("ghcr.io/acme/web:v1");

    private static Logins Login => new(("ghcr.io", new RegistryLogin("kim", "canary")), ("docker.io", new RegistryLogin("hub", "canary")));

    private static string Basic(string user) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:canary"));

    [Fact]
    public async Task Docker_hubs_token_service_gets_docker_hubs_login_and_its_storage_gets_nothing()
    {
        var net = new FakeNet(request => request.RequestUri!.Host switch
        {
            "auth.docker.io" => new HttpResponseMessage { Content = new StringContent("""{"token":"t0ken","expires_in":300}""") },
            "registry-1.docker.io" when request.Headers.Authorization?.ToString() == "Bearer t0ken" => FakeNet.Redirect("https://storage.example.com/x?signature=s"),
            "registry-1.docker.io" => FakeNet.Challenge("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:library/nginx:pull\""),
            _ => FakeNet.Manifest(Good.Index),
        });
        await using var client = new Client(handler: net, logins: Login);

        Assert.Equal(Good.Digest, (await client.Oci.FindManifestAsync(ImageReference.Parse("nginx:1.27"), CancellationToken.None))!.Digest);

        Assert.Equal(
            [
                ("https://registry-1.docker.io/v2/library/nginx/manifests/1.27", null),
                ("https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Fnginx%3Apull", Basic("hub")),
                ("https://registry-1.docker.io/v2/library/nginx/manifests/1.27", "Bearer t0ken"),
                ("https://storage.example.com/x?signature=s", null),
            ],
            net.Requests.Select(r => (r.Address.AbsoluteUri, r.Authorization)));
    }

    [Theory]
    [InlineData("http://ghcr.io/token")]
    [InlineData("http://127.0.0.1/token")]
    [InlineData("https://127.0.0.1/token")]
    [InlineData("https://localhost:8443/token")]
    public async Task Token_service_without_tls_or_on_this_machine_is_not_asked(string realm)
    {
        var net = new FakeNet(_ => FakeNet.Challenge($"Bearer realm=\"{realm}\""));
        await using var client = new Client(handler: net, logins: Login);
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(Image, CancellationToken.None));
        Assert.Equal("bad_realm", refused.Failure.Code);
        Assert.Single(net.Requests);
    }

    [Theory]
    [InlineData("http://ghcr.io/other")]
    [InlineData("http://127.0.0.1:8500/v1/kv")]
    [InlineData("https://localhost/x")]
    [InlineData("https://[::1]/x")]
    public async Task Redirect_to_plain_http_or_this_machine_is_not_followed(string location)
    {
        var net = new FakeNet(_ => FakeNet.Redirect(location));
        await using var client = new Client(handler: net, logins: Login);
        await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(Image, CancellationToken.None));
        Assert.Single(net.Requests);
    }

    [Fact]
    public async Task Token_service_that_does_not_accept_the_login_is_told_without_it()
    {
        var net = new FakeNet(request => request.RequestUri!.Host == "ghcr.io"
            ? FakeNet.Challenge("Bearer realm=\"https://auth.example.com/token\"")
            : new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized) { Content = new StringContent("""{"details":"bad canary"}""") });
        await using var client = new Client(handler: net, logins: Login);
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(Image, CancellationToken.None));
        Assert.True(refused.IsDenied);
        Assert.DoesNotContain("canary", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"token\":\"\"}")]
    [InlineData("{\"token\":\"canary")]
    [InlineData("{\"token\":\"a\\r\\nX-Evil: b\"}")]
    public async Task Token_service_that_answers_nonsense_is_told_so(string answer)
    {
        var net = new FakeNet(request => request.RequestUri!.Host == "ghcr.io"
            ? FakeNet.Challenge("Bearer realm=\"https://auth.example.com/token\"")
            : new HttpResponseMessage { Content = new StringContent(answer) });
        await using var client = new Client(handler: net, logins: Login);
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(Image, CancellationToken.None));
        Assert.Equal("bad_token", refused.Failure.Code);
        Assert.DoesNotContain("canary", refused.ToString(), StringComparison.Ordinal);
    }
}
