using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Tests.Scene;

namespace Towpath.GitHubEmulator.Tests.Apps;

/// <summary>Who an app is, and the tokens of its installations.</summary>
public sealed class AppTokenTests : GitHubScene
{
    [Fact]
    public async Task An_app_that_signs_with_its_key_is_itself()
    {
        var app = await AsApp().GetAsync("/app");
        var installations = await AsApp().GetAsync("/app/installations");
        var one = await AsApp().GetAsync($"/app/installations/{Installation.Id}");
        var ofRepository = await AsApp().GetAsync("/repos/acme/web/installation");
        var ofOrganization = await AsApp().GetAsync("/orgs/acme/installation");

        Assert.Equal((200, "towpath"), (app.Status, (string?)app.Json["slug"]));
        Assert.Equal(Installation.Id, (long?)installations.Json[0]!["id"]);
        Assert.Equal(one.Text, ofRepository.Text);
        Assert.Equal(one.Text, ofOrganization.Text);
        Assert.Equal(404, (await AsApp().GetAsync("/users/kim/installation")).Status);
    }

    [Fact]
    public async Task A_token_of_another_key_algorithm_or_time_is_refused()
    {
        using var other = RSA.Create(2048);
        var now = Clock.GetUtcNow();
        (string Token, string Message)[] wrong =
        [
            (AppToken.For(App, now, key: other.ExportRSAPrivateKeyPem()), "A JSON web token could not be decoded"),
            (AppToken.For(App, now, algorithm: "none"), "A JSON web token could not be decoded"),
            (AppToken.For(App, now, TimeSpan.FromMinutes(11)), "'Expiration time' claim ('exp') is too far in the future"),
            (AppToken.For(App, now.AddHours(-1)), "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"),
            (AppToken.For(App, now.AddMinutes(5)), "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"),
            ("ey.x.y", "A JSON web token could not be decoded"),
        ];
        foreach (var (token, message) in wrong)
        {
            var got = await With(token).GetAsync("/app");
            Assert.Equal((401, message), (got.Status, got.Message));
        }

        Assert.Equal(401, (await AsInstallation().GetAsync("/app")).Status);
    }

    [Fact]
    public async Task An_installation_token_ends_after_an_hour_and_when_it_is_given_back()
    {
        var issued = await AsApp().PostAsync($"/app/installations/{Installation.Id}/access_tokens");
        var client = With((string)issued.Json["token"]!);

        Assert.Equal((201, Clock.GetUtcNow().AddHours(1)), (issued.Status, (DateTimeOffset)issued.Json["expires_at"]!));
        Assert.Equal(200, (await client.GetAsync("/repos/acme/web")).Status);
        Assert.Equal("web", (string?)(await client.GetAsync("/installation/repositories")).Json["repositories"]![0]!["name"]);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(401, (await client.GetAsync("/repos/acme/web")).Status);

        var given = AsInstallation();
        Assert.Equal(204, (await given.DeleteAsync("/installation/token")).Status);
        Assert.Equal(401, (await given.GetAsync("/repos/acme/web")).Status);
    }

    [Fact]
    public async Task A_token_for_less_can_do_less()
    {
        World.Repositories.Create("acme/infra");
        var issued = await AsApp().PostAsync(
            $"/app/installations/{Installation.Id}/access_tokens",
            new JsonObject { ["repositories"] = new JsonArray("web"), ["permissions"] = new JsonObject { ["contents"] = "read" } });
        var client = With((string)issued.Json["token"]!);

        Assert.Equal(200, (await client.GetAsync("/repos/acme/web/contents/README.md")).Status);
        Assert.Equal(404, (await client.GetAsync("/repos/acme/infra")).Status);
        var refused = await client.PostAsync("/repos/acme/web/deployments", new JsonObject { ["ref"] = "main" });
        Assert.Equal((403, "Resource not accessible by integration"), (refused.Status, refused.Message));
        foreach (var more in (JsonObject[])[new() { ["repositories"] = new JsonArray("other") }, new() { ["permissions"] = new JsonObject { ["secrets"] = "write" } }])
            Assert.Equal(422, (await AsApp().PostAsync($"/app/installations/{Installation.Id}/access_tokens", more)).Status);
    }

    [Fact]
    public async Task A_suspended_installation_gives_no_tokens_and_ends_those_that_there_are()
    {
        var client = AsInstallation();
        Assert.Equal(204, (await AsApp().PutAsync($"/app/installations/{Installation.Id}/suspended")).Status);

        Assert.Equal(403, (await AsApp().PostAsync($"/app/installations/{Installation.Id}/access_tokens")).Status);
        Assert.Equal(401, (await client.GetAsync("/repos/acme/web")).Status);
        Assert.Equal(204, (await AsApp().DeleteAsync($"/app/installations/{Installation.Id}/suspended")).Status);
        Assert.Equal(200, (await client.GetAsync("/repos/acme/web")).Status);
        Assert.Equal(["installation.suspend", "installation.unsuspend"], await ToldNamesAsync());
    }
}
