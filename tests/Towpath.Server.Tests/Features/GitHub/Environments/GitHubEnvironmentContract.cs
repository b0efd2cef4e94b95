using System.Net;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Environments;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Teams;
using Towpath.Server.Features.Logins;
using Towpath.Server.Tests.Scene;
using static Towpath.Server.Tests.Features.GitHub.Environments.GitHubEnvironmentScene;

namespace Towpath.Server.Tests.Features.GitHub.Environments;

/// <summary>GitHub's environments are made to match the spec, with a plan first.</summary>
[Trait("Row", "N5")]
public abstract class GitHubEnvironmentContract(Func<Task<string?>> database)
{
    [Fact]
    public async Task What_is_missing_is_shown_first_and_made_by_an_administrator()
    {
        await using var scene = await StartAsync(await database());
        var plan = await scene.Server.GetAsync<GitHubEnvironmentsView>("vera", MatchRoute);
        Assert.False(plan.Applied);
        var production = plan.Environments[1];
        Assert.Equal(
            ["add environment production", "add production: reviewer person kim", "add production: reviewer team platform"],
            production.Lines.Select(line => $"{line.Mark} {line.Text}").Take(3));
        Assert.Contains(production.Lines, line => line is { Mark: "add", Text: "production: tags v*" });
        Assert.Contains(production.Notes, note => note.Contains("pat@example.com", StringComparison.Ordinal));
        Assert.Contains(production.Notes, note => note.Contains("person ghost", StringComparison.Ordinal));
        Assert.Empty(scene.GitHub.Calls.Of(Put));
        await scene.Server.RefusedAsync("dev", HttpMethod.Post, MatchRoute, null, HttpStatusCode.Forbidden, "role_missing");

        var applied = await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute);
        Assert.All(applied.Environments, environment => Assert.True(environment is { Done: true, Problem: null }, environment.Problem));
        lock (scene.World.Gate)
        {
            var made = scene.Web.Environments["production"];
            Assert.Equal((2, true, 0, false), (made.Reviewers.Count, made.PreventSelfReview, made.WaitTimer, made.ProtectedBranchesOnly));
            Assert.Equal(["tag v*"], made.Policies.Select(policy => $"{policy.Type} {policy.Name}"));
            Assert.Same(scene.App, Assert.Single(made.CustomRules).App);
            Assert.Equal(["branch main"], scene.Web.Environments["staging"].Policies.Select(policy => $"{policy.Type} {policy.Name}"));
        }

        var again = await scene.Server.GetAsync<GitHubEnvironmentsView>("vera", MatchRoute);
        Assert.All(again.Environments, environment => Assert.Empty(environment.Lines));
    }

    [Fact]
    public async Task What_the_spec_says_nothing_of_stays_and_what_it_speaks_of_is_mended()
    {
        await using var scene = await StartAsync(await database());
        var other = scene.World.Apps.Create("gatekeeper", "acme");
        lock (scene.World.Gate)
        {
            var staging = new DeployEnvironment(scene.World.NextId(), scene.Web, "staging") { WaitTimer = 30, ProtectedBranchesOnly = false };
            staging.Reviewers.Add(scene.World.Accounts.User("kim"));
            staging.Policies.Add(new BranchPolicy(scene.World.NextId(), "topic/*", "branch"));
            staging.CustomRules.Add(new CustomRule(scene.World.NextId(), other));
            scene.Web.Environments["staging"] = staging;
        }

        var applied = (await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute)).Environments[0];
        Assert.Equal(
            ["add staging: branches main", "remove staging: branches topic/*", "add staging: Towpath is asked before a deployment"],
            applied.Lines.Select(line => $"{line.Mark} {line.Text}"));
        lock (scene.World.Gate)
        {
            var now = scene.Web.Environments["staging"];
            Assert.Equal((1, 30), (now.Reviewers.Count, now.WaitTimer));
            Assert.Equal(["main"], now.Policies.Select(policy => policy.Name));
            Assert.Equal([other, scene.App], now.CustomRules.Select(rule => rule.App));
        }
    }

    [Fact]
    public async Task More_than_six_reviewers_are_refused_with_what_to_change_and_nothing_is_done_there()
    {
        await using var scene = await StartAsync(await database(), Roles.Replace("users: [kim, pat@example.com, ghost]", "users: [a1, a2, a3, a4, a5, a6]", StringComparison.Ordinal), world =>
        {
            for (var number = 1; number <= 6; number++) world.Accounts.User($"a{number}");
        });
        var applied = await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute);
        Assert.Equal("production: 7 reviewers are wanted, and GitHub takes 6; name a team instead of its people", Assert.Single(applied.Environments[1].Refused));
        Assert.True(applied.Environments[0].Done);
        Assert.False(applied.Environments[1].Done);
        lock (scene.World.Gate) Assert.DoesNotContain("production", scene.Web.Environments.Keys);
    }

    [Fact]
    [Trait("Attack", "confused deputy")]
    public async Task A_team_that_was_made_anew_under_the_name_is_no_reviewer()
    {
        await using var scene = await StartAsync(await database());
        await TestServer.UntilAsync(() => Task.FromResult(scene.Server.Running.Services.GetRequiredService<StoredTeams>().Readings.FirstOrDefault(reading => reading.TeamId is not null)));
        lock (scene.World.Gate)
        {
            scene.World.Accounts.Organization("acme").Teams.Clear();
            scene.World.Accounts.Organization("acme").Team("platform", "mallory");
        }

        var production = (await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute)).Environments[1];
        Assert.Contains(production.Notes, note => note.Contains("team platform was made anew", StringComparison.Ordinal));
        lock (scene.World.Gate) Assert.DoesNotContain(scene.Web.Environments["production"].Reviewers, reviewer => reviewer is Team);
    }

    [Fact]
    [Trait("Attack", "confused deputy")]
    public async Task Another_account_under_a_login_that_was_seen_here_is_no_reviewer()
    {
        await using var scene = await StartAsync(await database());
        var accounts = scene.Server.Running.Services.GetRequiredService<KnownAccounts>();
        // Whoever was called kim before; GitHub gives the name to another account.
        Assert.Null(await accounts.KeepAsync(OutsidePerson.OfGitHub(4711, "kim", "User").Value!, TestContext.Current.CancellationToken));

        var production = (await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute)).Environments[1];
        Assert.Contains(production.Notes, note => note.Contains("another account had the name kim", StringComparison.Ordinal));
        lock (scene.World.Gate) Assert.All(scene.Web.Environments["production"].Reviewers, reviewer => Assert.IsType<Team>(reviewer));
    }

    [Fact]
    [Trait("Attack", "confused deputy")]
    public async Task A_repository_that_took_over_the_name_is_left_alone()
    {
        await using var scene = await StartAsync(await database());
        await scene.Server.GetAsync<GitHubEnvironmentsView>("vera", MatchRoute);
        // Later than what was just asked: of two names of one instant nobody could tell which is newer.
        scene.World.Time.Advance(TimeSpan.FromMinutes(1));
        scene.World.Repositories.Rename(scene.Web, "portal");
        await scene.SettledAsync();
        var again = scene.World.Repositories.Create("acme/web");
        again.Push("main", new Dictionary<string, string?> { ["a"] = "b" }, "theirs", "kim");
        await TestServer.UntilAsync(async () => await scene.Server.Store.Facts.RepositoryAsync("acme/web", default) is { } known && known.RepositoryId == again.Id ? known : null);

        var applied = await scene.Server.PostAsync<GitHubEnvironmentsView>("ada", MatchRoute);
        Assert.All(applied.Environments, environment => Assert.Contains("the name taken again", environment.Problem, StringComparison.Ordinal));
        Assert.Empty(scene.GitHub.Calls.Of(Put));
    }
}
