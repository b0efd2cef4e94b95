using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecr;
using Towpath.AwsEmulator.Tests.Scene;

namespace Towpath.AwsEmulator.Tests.Ecr;

/// <summary>The registry's own protocol, with the password that ECR gives out.</summary>
public sealed class RegistryTests
{
    [Fact]
    public async Task Manifests_are_answered_to_whoever_has_the_password()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var digest = EcrScene.Seed(emulator, "acme/web", "sha-1", "one");
        using var http = new HttpClient { BaseAddress = emulator.Url };
        using var refused = await http.GetAsync("/v2/acme/web/manifests/sha-1", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Unauthorized, "Basic"), (refused.StatusCode, refused.Headers.WwwAuthenticate.Single().Scheme));

        http.DefaultRequestHeaders.Authorization = await PasswordAsync(emulator);
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v2/acme/web/manifests/sha-1"), TestContext.Current.CancellationToken);
        Assert.Equal(digest, head.Headers.GetValues("Docker-Content-Digest").Single());
        var manifest = await http.GetStringAsync($"/v2/acme/web/manifests/{digest}", TestContext.Current.CancellationToken);
        Assert.Equal(digest, Repository.DigestOf(manifest));
        using var unknown = await http.GetAsync("/v2/gone/manifests/x", TestContext.Current.CancellationToken);
        Assert.Contains("NAME_UNKNOWN", await unknown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pushed_image_needs_its_blobs_and_an_immutable_tag_is_not_moved_even_to_the_same_image()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        EcrScene.Seed(emulator, "web", "sha-1", "one");
        using var http = new HttpClient { BaseAddress = emulator.Url };
        http.DefaultRequestHeaders.Authorization = await PasswordAsync(emulator);
        var layer = Repository.DigestOf("layer");
        var manifest = EcrScene.Manifest(layer, 5);

        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(http, "/v2/web/manifests/new", manifest, EcrScene.ManifestType)).Status);
        using var begun = await http.PostAsync("/v2/web/blobs/uploads/", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, (await PutAsync(http, $"{begun.Headers.Location}?digest={layer}", "layer", "application/octet-stream")).Status);
        Assert.Equal("layer", await http.GetStringAsync($"/v2/web/blobs/{layer}", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Created, (await PutAsync(http, "/v2/web/manifests/new", manifest, EcrScene.ManifestType)).Status);
        var again = await PutAsync(http, "/v2/web/manifests/new", manifest, EcrScene.ManifestType);

        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
        Assert.Contains("TAG_INVALID", again.Body, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Body)> PutAsync(HttpClient http, string path, string content, string type)
    {
        using var body = new StringContent(content, Encoding.UTF8);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await http.PutAsync(path, body, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<AuthenticationHeaderValue> PasswordAsync(Emulator emulator)
    {
        using var ecr = new SignedHttp(emulator, "ecr");
        var token = await ecr.JsonAsync("AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken", new JsonObject());
        return new AuthenticationHeaderValue("Basic", (string)token["authorizationData"]![0]!["authorizationToken"]!);
    }
}
