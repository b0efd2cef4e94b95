using System.Text;
using Towpath.Oci.Authentication;
using Towpath.Oci.Calling;
using Towpath.Oci.Tests.Scene;

namespace Towpath.Oci.Tests.Hostile;

/// <summary>What proves who asks goes to the registry that it is for, and nowhere else.</summary>
public sealed class SecretsTests
{
    private const string Password = "canary-password";

    private static readonly TestImage Good = new("secrets");

    private static string Basic => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"kim:{Password}"));

    private static Client ClientFor(HostileRegistry registry, TimeProvider? time = null) => new(time, logins: new Logins((registry.Host, new RegistryLogin("kim", Password))));

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_to_another_host_is_followed_without_the_login(int status)
    {
        await using var storage = await HostileRegistry.StartAsync(context => HostileRegistry.ManifestAsync(context, Good.Index));
        await using var registry = await HostileRegistry.StartAsync(context => Asks(context, "Basic realm=\"x\"", () =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = $"http://{storage.Host}/signed?X-Signature=canary-signature";
            return Task.CompletedTask;
        }));
        await using var client = ClientFor(registry);

        Assert.Equal(Good.Digest, (await client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None))!.Digest);

        Assert.Contains(registry.Requests, r => r.Authorization == Basic);
        Assert.All(storage.Requests, r => Assert.Null(r.Authorization));
    }

    [Fact]
    public async Task Host_that_a_redirect_leads_to_cannot_ask_for_the_login()
    {
        await using var thief = await HostileRegistry.StartAsync(context => Asks(context, "Basic realm=\"x\"", () => Task.CompletedTask));
        await using var registry = await HostileRegistry.StartAsync(context =>
        {
            context.Response.Redirect($"http://{thief.Host}/steal");
            return Task.CompletedTask;
        });
        await using var client = new Client(logins: new Logins((registry.Host, new RegistryLogin("kim", Password)), (thief.Host, new RegistryLogin("kim", Password))));

        await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None));

        Assert.All(thief.Requests, r => Assert.Null(r.Authorization));
    }

    [Theory]
    [InlineData("http://example.com/v2/web/manifests/v1")]
    [InlineData("http://kim:pw@127.0.0.1:1/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    public async Task Redirect_without_tls_is_not_followed(string location)
    {
        await using var registry = await HostileRegistry.StartAsync(context =>
        {
            context.Response.Redirect(location);
            return Task.CompletedTask;
        });
        await using var client = ClientFor(registry);
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None));
        Assert.Contains("not https", refused.Message, StringComparison.Ordinal);
        Assert.Single(registry.Requests);
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        await using var registry = await HostileRegistry.StartAsync(context =>
        {
            context.Response.Redirect($"/v2/web/manifests/v1?{Guid.CreateVersion7()}");
            return Task.CompletedTask;
        });
        await using var client = new Client();
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None));
        Assert.Contains("sent on more than 5 times", refused.Message, StringComparison.Ordinal);
        Assert.Equal(6, registry.Requests.Count);
    }

    [Fact]
    public async Task Token_is_had_with_the_login_and_used_for_its_scope()
    {
        await using var registry = await TokenRegistryAsync();
        await using var client = ClientFor(registry);

        for (var i = 0; i < 3; i++) Assert.Equal(Good.Digest, (await client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None))!.Digest);

        var token = Assert.Single(registry.Requests, r => r.Path.StartsWith("/token", StringComparison.Ordinal));
        Assert.Equal("/token?service=my%20registry&scope=repository%3Aweb%3Apull", token.Path);
        Assert.Equal(Basic, token.Authorization);
        Assert.Equal(3, registry.Requests.Count(r => r.Authorization == "Bearer canary-token-1"));
    }

    [Fact]
    public async Task Token_that_ended_is_had_anew()
    {
        var time = new Testing.VirtualTime();
        await using var registry = await TokenRegistryAsync();
        await using var client = ClientFor(registry, time);
        await client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None);
        time.Advance(TimeSpan.FromMinutes(5));
        await client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None);
        Assert.Equal(2, registry.Requests.Count(r => r.Path.StartsWith("/token", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Login_does_not_go_to_a_token_service_on_another_host_without_tls()
    {
        await using var service = await HostileRegistry.StartAsync(context => context.Response.WriteAsync("""{"token":"anonymous"}"""));
        await using var registry = await HostileRegistry.StartAsync(context => Asks(context, $"Bearer realm=\"http://{service.Host}/token\"", () => HostileRegistry.ManifestAsync(context, Good.Index)));
        await using var client = ClientFor(registry);
        await client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None);
        Assert.Null(Assert.Single(service.Requests).Authorization);
    }

    [Theory]
    [InlineData("http://example.com/token")]
    [InlineData("https://kim:pw@example.com/token")]
    [InlineData("/token")]
    [InlineData("file:///etc/passwd")]
    public async Task Token_service_that_is_not_at_an_https_address_is_not_asked(string realm)
    {
        await using var registry = await HostileRegistry.StartAsync(context => Asks(context, $"Bearer realm=\"{realm}\"", () => Task.CompletedTask));
        await using var client = ClientFor(registry);
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None));
        Assert.Equal("bad_realm", refused.Failure.Code);
    }

    [Fact]
    public async Task Registry_that_repeats_the_login_does_not_put_it_into_the_error()
    {
        await using var registry = await HostileRegistry.StartAsync(context => Asks(context, "Basic realm=\"x\"", () =>
            HostileRegistry.ErrorAsync(context, 403, "DENIED", $"you sent {context.Request.Headers.Authorization}, that is {Password}")));
        await using var client = ClientFor(registry);
        var refused = await Assert.ThrowsAsync<RegistryException>(() => client.Oci.FindManifestAsync(registry.Image(), CancellationToken.None));
        Assert.Contains("DENIED: you sent Basic ***, that is ***", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Basic["Basic ".Length..], refused.ToString(), StringComparison.Ordinal);
    }

    private static Task<HostileRegistry> TokenRegistryAsync()
    {
        var tokens = 0;
        return HostileRegistry.StartAsync(context => context.Request.Path == "/token"
            ? context.Response.WriteAsync($$"""{"access_token":"canary-token-{{Interlocked.Increment(ref tokens)}}","expires_in":120}""")
            : Asks(context, $"Bearer realm=\"http://{context.Request.Host}/token\",service=\"my registry\",scope=\"repository:web:pull\"", () => HostileRegistry.ManifestAsync(context, Good.Index)));
    }

    private static Task Asks(HttpContext context, string challenge, Func<Task> answer)
    {
        if (context.Request.Headers.Authorization.Count > 0) return answer();
        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = challenge;
        return Task.CompletedTask;
    }
}
