using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Apps;

/// <summary>An app comes of a manifest in three steps.</summary>
public sealed class ManifestTests : GitHubScene
{
    [Fact]
    public async Task A_posted_manifest_becomes_an_app_whose_secrets_are_given_once()
    {
        var manifest = new JsonObject
        {
            ["name"] = "Towpath of acme", ["url"] = "https://towpath.example", ["redirect_url"] = "https://towpath.example/github/created",
            ["setup_url"] = "https://towpath.example/github/installed", ["callback_urls"] = new JsonArray("https://towpath.example/login/github"),
            ["hook_attributes"] = new JsonObject { ["url"] = Receiver.Url }, ["default_events"] = new JsonArray("push"),
            ["default_permissions"] = new JsonObject { ["contents"] = "read" },
        };
        var form = $"manifest={Uri.EscapeDataString(manifest.ToJsonString())}";
        var posted = await With(null).SendAsync(HttpMethod.Post, "/organizations/acme/settings/apps/new?state=abc", form, ("Content-Type", "application/x-www-form-urlencoded"));
        var query = QueryHelpers.ParseQuery(new Uri(posted.Header("Location")!).Query);

        Assert.Equal((302, "abc"), (posted.Status, query["state"].ToString()));
        var converted = await With(null).PostAsync($"/app-manifests/{query["code"]}/conversions");
        Assert.Equal((201, "towpath-of-acme"), (converted.Status, (string?)converted.Json["slug"]));
        Assert.Equal(404, (await With(null).PostAsync($"/app-manifests/{query["code"]}/conversions")).Status);

        var app = World.Apps.Find((long)converted.Json["id"]!)!;
        Assert.Equal((string?)converted.Json["pem"], app.Key);
        Assert.Equal(200, (await With(AppToken.For(app, Clock.GetUtcNow())).GetAsync("/app")).Status);
        var installed = await With(null).GetAsync("/apps/towpath-of-acme/installations/new?state=s");
        Assert.Equal($"https://towpath.example/github/installed?installation_id={app.Installations[0].Id}&setup_action=install&state=s", installed.Header("Location"));
    }

    [Fact]
    public async Task A_personal_app_belongs_to_whoever_is_logged_in()
    {
        const string Form = "manifest=%7B%22name%22%3A%22mine%22%2C%22url%22%3A%22https%3A%2F%2Fa.example%22%2C%22redirect_url%22%3A%22https%3A%2F%2Fa.example%2Fb%22%7D";
        (string, string) type = ("Content-Type", "application/x-www-form-urlencoded");

        Assert.Equal(401, (await With(null).SendAsync(HttpMethod.Post, "/settings/apps/new", Form, type)).Status);
        Emulator.Script.Login = "kim";
        Assert.Equal(302, (await With(null).SendAsync(HttpMethod.Post, "/settings/apps/new", Form, type)).Status);
        Assert.Equal("kim", World.Apps.BySlug("mine")!.Owner.Login);
    }
}
