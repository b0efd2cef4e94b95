using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Deployments;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHub.Tests.Target;

/// <summary>Target <c>github</c> without a workflow: a GitHub Deployment, and the outcome that whoever listens reports (rows D1, D8).</summary>
[Trait("Row", "D1")]
public sealed class DeploymentTests
{
    private const string Create = "POST /repos/{owner}/{repo}/deployments";

    [Fact]
    public async Task A_listener_s_success_is_the_outcome()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Settings["payload"] = new JsonObject { ["region"] = "eu", ["for"] = "${{ short_sha }}" };
        bed.Listen(_ => "success");
        var commit = bed.Push("one");

        var ended = await bed.Deployment(commit).BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        var made = Assert.Single(bed.Web.Deployments.All);
        Assert.Equal((commit, commit, "production", "deploy", true, false), (made.Sha, made.Ref, made.Environment, made.Task, made.IsProduction, made.IsTransient));
        Assert.Equal(("production", "eu", commit[..7], ended.Id.Value), ((string?)made.Payload!["target"], (string?)made.Payload["region"], (string?)made.Payload["for"], (string?)made.Payload["towpath"]!["deployment"]));
        var asked = JsonNode.Parse(Assert.Single(bed.Emulator.Calls.Of(Create)).Body!)!;
        Assert.Equal((false, 0), ((bool)asked["auto_merge"]!, asked["required_contexts"]!.AsArray().Count));
        Assert.Equal("https://web.example.com/", (string?)ended.Steps[1].Outputs![Towpath.GitHub.Target.Steps.FollowStep.EnvironmentUrl]);
    }

    [Theory]
    [InlineData("failure")]
    [InlineData("error")]
    public async Task A_listener_s_no_is_told_with_who_said_it_and_the_last_good_commit_is_deployed_again(string said)
    {
        await using var bed = await TargetBed.StartAsync();
        var (good, bad) = (bed.Push("one"), bed.Push("two"));
        bed.KnownGood = good;
        bed.Listen(made => made.Sha == bad ? said : "success", "the migration did not run");

        var ended = await bed.Deployment(bad).BeginAndRunAsync();

        Assert.Equal(Phase.RolledBack, ended.Phase);
        Assert.Equal($"deployer reports {said}: the migration did not run", ended.Outcome);
        Assert.Equal([bad, good], bed.Web.Deployments.All.Select(d => d.Sha));
        Assert.Equal([said, "success"], bed.Web.Deployments.All.Select(d => d.State));
    }

    [Fact]
    public async Task A_deployment_that_somebody_else_marked_as_ours_is_not_taken_for_it()
    {
        await using var bed = await TargetBed.StartAsync();
        var commit = bed.Push("one");
        bed.Web.Collaborators["mallory"] = Role.Write;
        var run = bed.Deployment(commit);
        await run.BeginAsync();
        var asked = new JsonObject
        {
            ["ref"] = commit, ["environment"] = "production", ["auto_merge"] = false, ["required_contexts"] = new JsonArray(),
            ["payload"] = new JsonObject { ["towpath"] = new JsonObject { ["id"] = $"{run.State.Id}-s0", ["deployment"] = run.State.Id.Value } },
        };
        using var http = new HttpClient { BaseAddress = bed.Emulator.ApiUrl };
        http.DefaultRequestHeaders.Authorization = new("Bearer", bed.World.Accounts.User("mallory").Token);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("test");
        using var body = new StringContent(asked.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using (var made = await http.PostAsync(new Uri("repos/acme/web/deployments", UriKind.Relative), body, TestContext.Current.CancellationToken)) made.EnsureSuccessStatusCode();
        bed.Fault(Create, FaultKind.DropBefore);
        bed.Listen(made => made.Creator == bed.App.Bot ? "success" : null);

        var ended = await run.RunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        Assert.Equal([bed.World.Accounts.User("mallory"), bed.App.Bot], bed.Web.Deployments.All.Select(d => d.Creator));
    }

    [Fact]
    public async Task Without_a_known_good_commit_a_failure_stays_a_failure()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Listen(_ => "failure");

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.Equal((Phase.Failed, 1), (ended.Phase, bed.Web.Deployments.Count));
        Assert.Contains("no known good version", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_is_told_until_the_outcome_comes()
    {
        await using var bed = await TargetBed.StartAsync();
        var run = bed.Deployment(bed.Push("one"));
        string[] states = ["queued", "pending", "in_progress", "success"];
        var told = 0;

        var ended = await run.BeginAndRunAsync(() =>
        {
            if (told < states.Length) DeploymentListener.Post(bed.Web.Deployments.All.Single(), states[told++], description: "step " + told);
        });

        Assert.Equal(Phase.Succeeded, ended.Phase);
        Assert.Equal(["nobody has answered to the deployment yet", "deployer reports queued: step 1", "deployer reports pending: step 2", "deployer reports in progress: step 3"], run.Journal.Progress);
    }

    [Fact]
    public async Task Silence_ends_with_the_time_limit_and_the_deployment_is_closed_at_GitHub()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Settings["within"] = 600;
        var run = bed.Deployment(bed.Push("one"));
        var began = bed.Time.GetUtcNow();

        var ended = await run.BeginAndRunAsync();

        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.StartsWith("nobody answered to the GitHub Deployment within 10 minutes", ended.Outcome, StringComparison.Ordinal);
        Assert.InRange(bed.Time.GetUtcNow() - began, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
        Assert.Equal("error", bed.Web.Deployments.All.Single().State);
    }

    [Fact]
    public async Task A_cancelled_deployment_is_closed_at_GitHub_and_the_last_good_commit_is_deployed_again()
    {
        await using var bed = await TargetBed.StartAsync();
        var good = bed.Push("one");
        bed.KnownGood = good;
        bed.Listen(made => made.Sha == good ? "success" : "in_progress");
        var run = bed.Deployment(bed.Push("two"));

        var ended = await run.BeginAndRunAsync(() =>
        {
            if (run.State.Cancel is null && run.State.Phase == Phase.Running) run.Journal.Apply(new DeploymentEvent.CancelRequested(bed.Time.GetUtcNow(), "kim", null));
        });

        Assert.Equal((Phase.RolledBack, "cancelled by kim"), (ended.Phase, ended.Outcome));
        Assert.Equal(["error", "success"], bed.Web.Deployments.All.Select(d => d.State));
        Assert.Equal("Towpath: cancelled by kim", bed.Web.Deployments.All.First().Statuses[^1].Description);
    }

    [Fact]
    public async Task A_merge_instead_of_a_deployment_is_no_success()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Settings["auto_merge"] = true;
        bed.Branch = "topic";
        var commit = bed.Push("topic", "topic");
        bed.Web.Push("main", new Dictionary<string, string?> { ["main.txt"] = "further" }, "on main", "kim");

        var ended = await bed.Deployment(commit).BeginAndRunAsync();

        Assert.Equal((Phase.Failed, 0), (ended.Phase, bed.Web.Deployments.Count));
        Assert.StartsWith("GitHub created no deployment: it merged the default branch into topic", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_merge_conflict_is_told_in_words()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Settings["auto_merge"] = true;
        bed.Branch = "topic";
        var commit = bed.Push("topic", "topic");
        bed.Push("main again");

        var ended = await bed.Deployment(commit).BeginAndRunAsync();

        Assert.Equal((Phase.Failed, 0), (ended.Phase, bed.Web.Deployments.Count));
        Assert.Contains("Conflict merging main into topic", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contexts_that_GitHub_asks_for_all_the_same_are_named()
    {
        await using var bed = await TargetBed.StartAsync();
        var commit = bed.Push("one");
        var body = """{"message":"Conflict: Commit status checks failed for main.","errors":[{"contexts":[{"context":"ci/test","state":"pending"}],"resource":"Deployment","field":"required_contexts","code":"invalid"}]}""";
        using var http = new AnsweringHttp("/deployments", 409, body);
        var run = bed.Deployment(commit);
        await run.BeginAsync();

        var ended = await run.RunAsync(http: http);

        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.Contains("ci/test is pending", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_that_moved_on_is_not_deployed_under_the_name_of_what_was_decided_on()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Settings["auto_merge"] = true;
        bed.Branch = "main";
        var decided = bed.Push("one");
        bed.Push("two");

        var ended = await bed.Deployment(decided).BeginAndRunAsync();

        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.Contains($"{decided[..7]} was decided on", ended.Outcome, StringComparison.Ordinal);
        Assert.Equal("error", bed.Web.Deployments.All.Single().State);
    }

    [Theory]
    [InlineData(FaultKind.Error, 502)]
    [InlineData(FaultKind.ErrorAfter, 500)]
    [InlineData(FaultKind.DropBefore, 0)]
    [InlineData(FaultKind.DropAfter, 0)]
    [InlineData(FaultKind.DropWithin, 0)]
    [InlineData(FaultKind.NotJson, 200)]
    [InlineData(FaultKind.SecondaryLimit, 403)]
    [InlineData(FaultKind.SecondaryLimit, 429)]
    [InlineData(FaultKind.RateLimit, 403)]
    public async Task Trouble_at_GitHub_makes_neither_none_nor_two(FaultKind kind, int status)
    {
        await using var bed = await TargetBed.StartAsync(isDescribed: false);
        bed.Listen(_ => "success");
        bed.Fault(Create, kind, status, times: 2);

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        Assert.Single(bed.Web.Deployments.All);
    }

    [Fact]
    public async Task A_missing_permission_is_told_with_what_to_do()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.World.Apps.InstallationsOf(bed.Web).Single().Permissions["deployments"] = "read";

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.Contains("give the App the permission", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_the_App_does_not_reach_is_refused_when_the_plan_is_made()
    {
        await using var bed = await TargetBed.StartAsync();
        var other = new TargetRun(bed, bed.Request(bed.Push("one")) with { Repository = "acme/none" });

        var refused = Assert.IsType<PlanOutcome.Refused>(await other.PlanAsync());

        Assert.StartsWith("Towpath does not reach acme/none on GitHub", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_repository_is_deployed_to_only_within_the_project()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Settings["repository"] = "acme/infrastructure";
        var commit = bed.Push("one");

        Assert.Contains("no project lists both", Assert.IsType<PlanOutcome.Refused>(await bed.Deployment(commit).PlanAsync()).Reason, StringComparison.Ordinal);
        bed.Limits = new() { Projects = new Dictionary<string, Core.Operators.ProjectLimits> { ["portal"] = new(["acme/web"]) } };
        Assert.Contains("outside of the project 'portal'", Assert.IsType<PlanOutcome.Refused>(await bed.Deployment(commit).PlanAsync()).Reason, StringComparison.Ordinal);
        bed.World.Repositories.Create("acme/infrastructure");
        bed.Limits = new() { Projects = new Dictionary<string, Core.Operators.ProjectLimits> { ["portal"] = new(["acme/web", "acme/infrastructure"]) } };
        Assert.IsType<PlanOutcome.Planned>(await bed.Deployment(commit).PlanAsync());
    }

    [Fact]
    [Trait("Attack", "confused deputy")]
    public async Task Another_repository_than_the_one_of_the_written_ids_is_refused()
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Limits = new() { Trusted = true };
        var infra = bed.World.Repositories.Create("acme/infrastructure");
        var (meant, commit) = (new JsonObject { ["repository"] = infra.Id, ["owner"] = infra.Owner.Id }, bed.Push("one"));
        bed.Settings["ids"] = meant;
        Assert.Contains("`ids` says which repository `repository` is", Assert.IsType<PlanOutcome.Refused>(await bed.Deployment(commit).PlanAsync()).Reason, StringComparison.Ordinal);
        bed.Settings["repository"] = "acme/infrastructure";
        Assert.IsType<PlanOutcome.Planned>(await bed.Deployment(commit).PlanAsync());

        bed.Settings["ids"] = new JsonObject { ["repository"] = infra.Id + 1, ["owner"] = infra.Owner.Id };
        var another = await Assert.ThrowsAsync<GitHubConfigurationException>(() => bed.Deployment(commit).PlanAsync());
        Assert.Equal(RefusalKind.Wrong, another.Kind);
        Assert.Contains($"GitHub's id is {infra.Id} of owner {infra.Owner.Id}, and it was {infra.Id + 1}", another.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("production'; DROP TABLE deployments; --")]
    [InlineData("../../orgs/acme")]
    [InlineData("$(touch /tmp/owned)${{ secrets.TOKEN }}")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a\u202Eb %2e%2e%2f ?x=1&y#z")]
    public async Task Hostile_names_stay_names(string hostile)
    {
        await using var bed = await TargetBed.StartAsync();
        bed.Settings["environment"] = hostile + " ${{ ref }}";
        bed.Branch = hostile;
        bed.Listen(_ => "success", hostile);

        var ended = await bed.Deployment(bed.Push("one")).BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, ended.Outcome);
        var environment = Assert.Single(bed.Web.Deployments.All).Environment;
        Assert.Equal($"{hostile.Replace("${{ secrets.TOKEN }}", "", StringComparison.Ordinal)} {hostile}", environment);
        Assert.Equal(ended.Commit, Assert.Single(((ObserveResult.Seen)await bed.PassAsync(Target(bed).ObserveAsync(
            bed.Look with { Environment = bed.Environment with { Target = bed.Environment.Target with { Settings = new JsonObject { ["environment"] = environment } } } },
            TestContext.Current.CancellationToken))).Observation.Artifacts.DefaultIfEmpty(Core.Artifacts.Artifact.OfCommit("default", ended.Commit))).Reference);
    }

    [Fact]
    public async Task What_is_deployed_is_what_GitHub_says()
    {
        await using var bed = await TargetBed.StartAsync();
        Assert.Equal(TargetHealth.Nothing, (await ObserveAsync(bed)).Health);
        bed.Listen(_ => "success");
        var (one, two) = (bed.Push("one"), bed.Push("two"));
        await bed.Deployment(one).BeginAndRunAsync();
        var seen = await ObserveAsync(bed);
        Assert.Equal((TargetHealth.Healthy, one), (seen.Health, Assert.Single(seen.Artifacts).Reference));
        Assert.Equal($"production of acme/web has {one[..7]}", seen.Summary);

        bed.Listen(_ => "in_progress");
        var run = bed.Deployment(two);
        await run.BeginAsync();
        using var stop = new CancellationTokenSource();
        await run.RunAsync(kill: stop.Token, whileAsleep: stop.Cancel);
        Assert.Equal((TargetHealth.Changing, one), ((await ObserveAsync(bed)).Health, Assert.Single((await ObserveAsync(bed)).Artifacts).Reference));
        DeploymentListener.Post(bed.Web.Deployments.All.Last(), "failure");
        Assert.Equal(TargetHealth.Unhealthy, (await ObserveAsync(bed)).Health);

        var preview = Assert.IsType<PreviewResult.Previewed>(await bed.PassAsync(bed.NewProcess().GetRequiredService<ITargetPreview>().PreviewAsync(bed.Request(two), TestContext.Current.CancellationToken)));
        Assert.Equal([new Difference("environment production of acme/web", "commit", one, two)], preview.Differences);
        var inspected = await bed.PassAsync(bed.NewProcess().GetRequiredService<ITargetInspection>().InspectAsync(bed.Look, TestContext.Current.CancellationToken));
        Assert.Equal(FindingState.Ok, inspected.State);
    }

    [Fact]
    public void Keys_of_the_translation_are_keys_of_the_target() =>
        Assert.Empty(Core.Deliverybot.DeliverybotTranslation.Settings.Except(GitHubTargetSettings.Grammar.Keys.Select(key => key.Name)));

    private static ITarget Target(TargetBed bed) => bed.NewProcess().GetRequiredService<ITarget>();

    private static async Task<Observation> ObserveAsync(TargetBed bed) =>
        ((ObserveResult.Seen)await bed.PassAsync(Target(bed).ObserveAsync(bed.Look, TestContext.Current.CancellationToken))).Observation;
}

/// <summary>Answers POSTs to a path by itself, and lets everything else pass.</summary>
internal sealed class AnsweringHttp(string path, int status, string body) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith(path, StringComparison.Ordinal)
            ? Task.FromResult(new HttpResponseMessage((System.Net.HttpStatusCode)status) { Content = new StringContent(body) })
            : base.SendAsync(request, cancellationToken);
}
