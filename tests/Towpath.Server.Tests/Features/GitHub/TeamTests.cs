using System.Net;
using Towpath.Engine.Storage;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Teams;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub;

/// <summary>Roles that GitHub teams give: who has them, and how they end.</summary>
public sealed class TeamTests
{
    [Fact]
    public async Task Whoever_leaves_the_organization_loses_the_role_and_the_open_stream_ends()
    {
        await using var scene = await StartAsync();
        await UntilAsync(scene, "lee", HttpStatusCode.OK);
        using var stream = await scene.Server.SendAsync("lee", HttpMethod.Get, "/api/v1/events");
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);

        scene.World.Accounts.Organization("acme").Remove("lee");

        // It ends by itself; that this line returns is the proof.
        await stream.Content.ReadAsStringAsync();
        await UntilAsync(scene, "lee", HttpStatusCode.Forbidden);
        await UntilAsync(scene, "Max", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Whoever_joins_the_team_gets_the_role_whatever_the_case_of_the_name()
    {
        await using var scene = await StartAsync();
        await UntilAsync(scene, "max", HttpStatusCode.OK);
        await scene.Server.RefusedAsync("nina", HttpMethod.Get, "/api/v1/board", null, HttpStatusCode.Forbidden, "role_missing");

        Platform(scene).Add("Nina");

        await UntilAsync(scene, "nina", HttpStatusCode.OK);
        Assert.Equal(["staff"], (await scene.Server.GetAsync<MeView>("nina", "/api/v1/me")).Roles);
    }

    [Fact]
    public async Task Without_the_webhook_the_next_reading_takes_the_role_away()
    {
        await using var scene = await StartAsync();
        await UntilAsync(scene, "lee", HttpStatusCode.OK);

        Platform(scene).Members.Remove("lee");
        await ReadAgainAsync(scene);

        await UntilAsync(scene, "lee", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Outage_of_GitHub_leaves_the_role_for_ten_minutes_and_no_longer()
    {
        await using var scene = await StartAsync();
        await UntilAsync(scene, "lee", HttpStatusCode.OK);
        scene.World.Script.Add(new ScriptedFault { Kind = FaultKind.Error, On = "GET /orgs/*", Times = 1000 });
        scene.World.Script.Add(new ScriptedFault { Kind = FaultKind.Error, On = "GET /app/installations", Times = 1000 });

        await ReadAgainAsync(scene);
        await TestServer.UntilAsync(() => Task.FromResult(Teams(scene).Readings.FirstOrDefault(t => t.Problem is not null)));
        await UntilAsync(scene, "lee", HttpStatusCode.OK);
        var clock = new HandClock();
        var later = new StoredTeams(scene.Server.Store, scene.Server.Running.Services.GetRequiredService<Towpath.GitHub.Apps.IGitHubAppSource>(), clock);
        await later.RefreshAsync(default);
        clock.Advance(StoredTeams.GoodFor - TimeSpan.FromMinutes(1));
        Assert.NotEmpty(later.Current.Members);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(later.Current.Members);

        scene.World.Script.Clear();
        await ReadAgainAsync(scene);
        await TestServer.UntilAsync(() => Task.FromResult(Teams(scene).Readings.FirstOrDefault(t => t.Problem is null)));
        await later.RefreshAsync(default);
        Assert.NotEmpty(later.Current.Members);
    }

    [Fact]
    public async Task Replica_that_starts_in_an_outage_does_not_begin_to_count_anew()
    {
        var clock = new HandClock();
        await using var scene = await StartAsync();
        await UntilAsync(scene, "lee", HttpStatusCode.OK);
        var app = scene.Server.Running.Services.GetRequiredService<Towpath.GitHub.Apps.IGitHubAppSource>();

        clock.Advance(TimeSpan.FromMinutes(6));
        var replica = new StoredTeams(scene.Server.Store, app, clock);
        await replica.RefreshAsync(default);
        Assert.NotEmpty(replica.Current.Members);
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Empty(replica.Current.Members);

        // One whose clock is an hour behind counts from when it saw it.
        var behind = new HandClock();
        behind.Advance(TimeSpan.FromHours(-1));
        var slow = new StoredTeams(scene.Server.Store, app, behind);
        await slow.RefreshAsync(default);
        behind.Advance(StoredTeams.GoodFor);
        Assert.Empty(slow.Current.Members);
    }

    [Theory]
    [InlineData("not installed")]
    [InlineData("suspended")]
    [InlineData("no such team")]
    [InlineData("not allowed")]
    public async Task No_of_GitHubs_counts_at_once_and_is_said(string how)
    {
        await using var scene = await StartAsync();
        await UntilAsync(scene, "lee", HttpStatusCode.OK);
        switch (how)
        {
            case "not installed": scene.App.Installations.Clear(); break;
            case "suspended": scene.Installation.SuspendedAt = TimeProvider.System.GetUtcNow(); break;
            case "no such team": scene.World.Accounts.Organization("acme").Teams.Clear(); break;
            default: scene.Installation.Permissions.Remove("members"); break;
        }

        scene.World.Apps.RevokeTokens();
        await ReadAgainAsync(scene);

        await UntilAsync(scene, "lee", HttpStatusCode.Forbidden);
        var team = Assert.Single((await scene.Server.GetAsync<GitHubAppView>("ada", "/api/v1/github/app")).Teams);
        Assert.Equal(("acme/platform", 0), (team.Team, team.Members));
        Assert.False(string.IsNullOrWhiteSpace(team.Problem));
    }

    [Theory]
    [InlineData("team")]
    [InlineData("organization")]
    [Trait("Attack", "confused deputy")]
    public async Task Nobody_is_in_a_team_that_was_made_anew_under_the_name_until_the_organization_file_changes(string what)
    {
        await using var scene = await StartAsync();
        await UntilAsync(scene, "lee", HttpStatusCode.OK);
        if (what == "team") scene.World.Accounts.Organization("acme").Teams.Clear();
        else scene.World.Accounts.Free("acme");
        scene.World.Accounts.Organization("acme").Team("platform", "mallory");
        if (what == "organization")
        {
            scene.App.Installations.Clear();
            scene.App.Install("acme");
        }

        // The name may lead to nobody for a while: which team was meant is not forgotten.
        scene.World.Script.Add(new ScriptedFault { Kind = FaultKind.Error, On = "GET /app/installations", Times = 1 });
        await ReadAgainAsync(scene);
        await ReadAgainAsync(scene);
        await UntilAsync(scene, "lee", HttpStatusCode.Forbidden);
        await scene.Server.RefusedAsync("mallory", HttpMethod.Get, "/api/v1/board", null, HttpStatusCode.Forbidden, "role_missing");
        var team = Assert.Single((await scene.Server.GetAsync<GitHubAppView>("ada", "/api/v1/github/app")).Teams);
        Assert.Equal(("acme/platform", 0), (team.Team, team.Members));
        Assert.Contains($"is another {what} than the one that was meant", team.Problem, StringComparison.Ordinal);

        scene.Server.Folder.Write("organization.yaml", Folder.Organization);
        await TestServer.UntilAsync(async () =>
        {
            await ReadAgainAsync(scene);
            return Teams(scene).Readings.Count == 0 ? "out" : null;
        });
        scene.Server.Folder.Write("organization.yaml", WithTeams());
        await UntilAsync(scene, "mallory", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Approval_of_somebody_who_left_the_team_does_not_count()
    {
        await using var scene = await StartAsync();
        await UntilAsync(scene, "lee", HttpStatusCode.OK);
        await scene.Server.BuildAsync();
        await scene.Server.PromoteAsync("dev");
        await scene.Server.UntilSucceededAsync("dev");
        var id = (await scene.Server.PromoteAsync("production")).Id;
        await scene.Server.PostAsync<DeploymentView>("lee", $"/api/v1/deployments/{id}/approve");

        scene.World.Accounts.Organization("acme").Remove("lee");
        await UntilAsync(scene, "lee", HttpStatusCode.Forbidden);

        await TestServer.UntilAsync(async () =>
        {
            using var again = await scene.Server.SendAsync("ada", HttpMethod.Get, $"/api/v1/deployments/{id}");
            var text = await again.Content.ReadAsStringAsync();
            return text.Contains("no longer in role staff", StringComparison.Ordinal) ? text : null;
        });
    }

    [Fact]
    public async Task Roles_of_teams_end_with_the_App()
    {
        await using var scene = await GitHubServer.StartAsync(folder: WithTeam(), isConnected: false, prepare: Prepare);
        using var ada = await new Visitor(scene.Server).LogInAsync("ada");
        await ada.LocationOfAsync(await AppTests.RegisterAsync(scene, ada));
        scene.World.Apps.BySlug("towpath-acme")!.Install("acme");
        await UntilAsync(scene, "lee", HttpStatusCode.OK);

        await scene.Server.SendAsync("ada", HttpMethod.Delete, "/api/v1/github/app");

        await scene.Server.RefusedAsync("lee", HttpMethod.Get, "/api/v1/board", null, HttpStatusCode.Forbidden, "role_missing");
    }

    private static Task<GitHubServer> StartAsync() => GitHubServer.StartAsync(folder: WithTeam(), prepare: Prepare);

    private static void Prepare(GitHubEmulator.EmulatorWorld world) => world.Accounts.Organization("acme").Team("platform", "lee", "Max");

    private static Folder WithTeam()
    {
        var folder = new Folder();
        folder.Write("organization.yaml", WithTeams());
        return folder;
    }

    private static string WithTeams() => Folder.Organization.Replace("staff: { users: [sam, kim] }", "staff: { users: [sam, kim], teams: [acme/platform] }", StringComparison.Ordinal);

    private static Team Platform(GitHubServer scene) => scene.World.Accounts.Organization("acme").Teams.Single(t => t.Slug == "platform");

    private static StoredTeams Teams(GitHubServer scene) => scene.Server.Running.Services.GetRequiredService<StoredTeams>();

    /// <summary>As the minute is over.</summary>
    private static async Task ReadAgainAsync(GitHubServer scene) => await scene.Server.Store.CommitAsync(new Commit { Changes = [ReadTeams.Wake] }, default);

    private static Task<string> UntilAsync(GitHubServer scene, string user, HttpStatusCode expected) => TestServer.UntilAsync(
        async () =>
        {
            using var answer = await scene.Server.SendAsync(user, HttpMethod.Get, "/api/v1/board");
            return answer.StatusCode == expected ? "so it is" : null;
        },
        what: $"{expected} for {user}");
}
