using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage.Contracts;

public abstract class DeploymentContract(StoreHarness harness) : StoreContract(harness)
{
    [Fact]
    public async Task Deployment_is_read_as_it_was_saved()
    {
        var saved = Deployment(1) with { Author = "ada", Reason = "because \"quoted\" – ünïcödé", PolicyRevision = "p1" };
        await SaveAsync(new Change.InsertDeployment(saved));

        Assert.Equal(Json(saved), Json(await Store.Deployments.GetAsync(saved.Id, Token)));
        Assert.Null(await Store.Deployments.GetAsync(new DeploymentId(Id(9)), Token));
    }

    [Fact]
    public async Task Insert_of_an_id_that_exists_is_a_conflict_and_saves_nothing_else()
    {
        await SaveAsync(new Change.InsertDeployment(Deployment(1)));

        await RefusedAsync(new Change.SaveSetting("a", "b"), new Change.InsertDeployment(Deployment(1, version: "v2")));

        Assert.Equal("v1", (await Store.Deployments.GetAsync(new DeploymentId(Id(1)), Token))!.Version);
        Assert.Null(await Store.Configuration.SettingAsync("a", Token));
    }

    [Fact]
    public async Task Update_expects_the_stored_revision()
    {
        var first = Deployment(1);
        await SaveAsync(new Change.InsertDeployment(first));
        await SaveAsync(new Change.UpdateDeployment(first with { Revision = 2, Phase = Phase.Queued }, 1));

        await RefusedAsync(new Change.UpdateDeployment(first with { Revision = 2, Phase = Phase.Cancelled }, 1));

        Assert.Equal(Phase.Queued, (await Store.Deployments.GetAsync(first.Id, Token))!.Phase);
    }

    [Theory]
    [InlineData(Phase.Running)]
    [InlineData(Phase.Verifying)]
    [InlineData(Phase.RollingBack)]
    [InlineData(Phase.NeedsAttention)]
    [Trait("Row", "T3")]
    public async Task Environment_has_at_most_one_active_deployment(Phase phase)
    {
        await SaveAsync(new Change.InsertDeployment(Deployment(1, Phase.Running)), new Change.InsertDeployment(Deployment(2, Phase.Queued)));

        await RefusedAsync(new Change.UpdateDeployment(Deployment(2, phase) with { Revision = 2 }, 1));
        await RefusedAsync(new Change.InsertDeployment(Deployment(3, phase)));

        await SaveAsync(new Change.InsertDeployment(Deployment(4, phase, "staging")));
        await SaveAsync(
            new Change.UpdateDeployment(Deployment(1, Phase.Succeeded) with { Revision = 2 }, 1),
            new Change.UpdateDeployment(Deployment(2, phase) with { Revision = 2 }, 1));
    }

    [Fact]
    public async Task Find_takes_a_whole_id_or_its_ending_and_shows_an_ambiguous_one()
    {
        await SaveAsync(new Change.InsertDeployment(Deployment(0x10abcdef)), new Change.InsertDeployment(Deployment(0x20abcdef)), new Change.InsertDeployment(Deployment(0x30abcdef)));

        Assert.Single(await Store.Deployments.FindAsync(Id(0x10abcdef), Token));
        Assert.Single(await Store.Deployments.FindAsync("10abcdef", Token));
        Assert.Equal(2, (await Store.Deployments.FindAsync("abcdef", Token)).Count);
        Assert.Empty(await Store.Deployments.FindAsync("bcdef", Token));
        Assert.Empty(await Store.Deployments.FindAsync("%abcde", Token));
    }

    [Fact]
    public async Task List_is_filtered_newest_first_and_paged()
    {
        for (var i = 1; i <= 5; i++)
            await SaveAsync(new Change.InsertDeployment(Deployment(i, i % 2 == 0 ? Phase.Succeeded : Phase.Waiting, i == 5 ? "staging" : "production")));

        Assert.Equal([5, 4, 3, 2, 1], await ListAsync(new DeploymentFilter()));
        Assert.Equal([4, 3], await ListAsync(new DeploymentFilter("shop", "production", Limit: 2)));
        Assert.Equal([2, 1], await ListAsync(new DeploymentFilter("shop", "production", Before: new DeploymentId(Id(3)))));
        Assert.Equal([4, 2], await ListAsync(new DeploymentFilter(Phases: [Phase.Succeeded, Phase.Failed])));
        Assert.Empty(await ListAsync(new DeploymentFilter(Phases: [])));
        Assert.Empty(await ListAsync(new DeploymentFilter("other")));
    }

    [Fact]
    public async Task Open_deployments_are_those_that_may_still_change_oldest_first()
    {
        var phases = Enum.GetValues<Phase>();
        for (var i = 0; i < phases.Length; i++) await SaveAsync(new Change.InsertDeployment(Deployment(i + 1, phases[i], $"e{i}")));

        var open = await Store.Deployments.OpenAsync("shop", Token);

        Assert.Equal(phases.Where(phase => !phase.IsTerminal()), open.Select(d => d.Phase));
        Assert.Equal(open.Count, (await Store.Deployments.OpenAsync(null, Token)).Count);
        Assert.Empty(await Store.Deployments.OpenAsync("other", Token));
    }

    [Fact]
    [Trait("Row", "N14")]
    public async Task Successes_tell_when_a_digest_last_succeeded_in_each_environment()
    {
        await SaveAsync(
            new Change.InsertDeployment(Deployment(1, Phase.Succeeded, "staging") with { FinishedAt = At }),
            new Change.InsertDeployment(Deployment(2, Phase.Succeeded, "staging") with { FinishedAt = At.AddHours(1) }),
            new Change.InsertDeployment(Deployment(3, Phase.Succeeded, "dev") with { FinishedAt = At.AddHours(2) }),
            new Change.InsertDeployment(Deployment(4, Phase.Failed, "production") with { FinishedAt = At }),
            new Change.InsertDeployment(Deployment(5, Phase.Succeeded, "production", "v2") with { FinishedAt = At }));

        var successes = await Store.Deployments.SuccessesAsync("shop", Digest.Of("v1"), Token);

        Assert.Equal([("dev", At.AddHours(2)), ("staging", At.AddHours(1))], successes.Select(s => (s.Key, s.Value)).OrderBy(s => s.Key));
    }

    [Fact]
    public async Task Line_of_an_environment_is_told_head_first()
    {
        await SaveAsync(new Change.EnqueueWork(Row(Id(7))), new Change.EnqueueWork(Row(Id(3))), new Change.EnqueueWork(Row(Id(5), "shop/staging")));

        Assert.Equal([Id(7), Id(3)], (await Store.Deployments.LineAsync(Production, Token)).Select(id => id.Value));
    }

    [Fact]
    [Trait("Row", "O9")]
    public async Task Journal_tells_every_transition_in_order_and_takes_each_revision_once()
    {
        var started = new JournalEntry(new DeploymentId(Id(1)), 2, At, "Started", Phase.Queued, Phase.Running, "unpack", 1, "{}");
        var done = new JournalEntry(new DeploymentId(Id(1)), 3, At.AddSeconds(1), "StepDone", Phase.Running, Phase.RollingBack, null, 2, """{"a":"\u0000"}""");
        await SaveAsync(new Change.AppendJournal(done));
        await SaveAsync(new Change.AppendJournal(started));

        await RefusedAsync(new Change.AppendJournal(started));

        Assert.Equal([started, done], await Store.Deployments.JournalAsync(new DeploymentId(Id(1)), Token));
    }

    [Fact]
    public async Task Log_lines_are_numbered_from_one_and_read_from_where_one_left_off()
    {
        var id = new DeploymentId(Id(1));
        await Store.AppendLogAsync(id, [new LogLine(0, At, "unpack", "one"), new LogLine(0, At, "unpack", "two\0\ud800")], Token);
        await Store.AppendLogAsync(new DeploymentId(Id(2)), [new LogLine(0, At, "unpack", "other")], Token);
        await Store.AppendLogAsync(id, [new LogLine(0, At, "switch", "three")], Token);
        await Store.AppendLogAsync(id, [], Token);

        Assert.Equal([1, 2, 3], (await Store.Deployments.LogAsync(id, 0, 10, Token)).Select(line => line.Sequence));
        var rest = await Store.Deployments.LogAsync(id, 1, 1, Token);
        Assert.StartsWith("two", Assert.Single(rest).Text, StringComparison.Ordinal);
        Assert.Equal(new LogLine(3, At, "switch", "three"), Assert.Single(await Store.Deployments.LogAsync(id, 2, 10, Token)));
    }

    [Fact]
    public async Task Log_appenders_at_the_same_time_leave_no_gap()
    {
        var id = new DeploymentId(Id(1));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Store.AppendLogAsync(id, [new LogLine(0, At, "s", $"{i}a"), new LogLine(0, At, "s", $"{i}b")], Token)));

        var lines = await Store.Deployments.LogAsync(id, 0, 1000, Token);
        Assert.Equal(Enumerable.Range(1, 80).Select(i => (long)i), lines.Select(line => line.Sequence));
        Assert.Equal(80, lines.Select(line => line.Text).Distinct().Count());
    }

    [Fact]
    [Trait("Row", "T1")]
    public async Task Approval_counts_once_for_a_person_role_digest_and_policy()
    {
        await SaveAsync(new Change.RecordApproval(Approval(1, "kim")));

        await RefusedAsync(new Change.RecordApproval(Approval(2, "kim")));
        await SaveAsync(
            new Change.RecordApproval(Approval(3, "ada")), new Change.RecordApproval(Approval(4, "kim", "client")),
            new Change.RecordApproval(Approval(5, "kim", policy: "p2")));

        Assert.Equal([1, 3, 4, 5], (await Store.Deployments.ApprovalsAsync(new DeploymentId(Id(1)), Token)).Select(a => Convert.ToInt32(a.Id, 16)));
    }

    [Fact]
    public async Task Approval_that_counts_no_longer_is_given_again_in_its_place()
    {
        await SaveAsync(new Change.RecordApproval(Approval(1, "kim")), new Change.RecordApproval(Approval(2, "ada")));

        await SaveAsync(new Change.RecordApproval(Approval(3, "kim"), InPlaceOf: Approval(1, "kim").Id));
        await RefusedAsync(new Change.RecordApproval(Approval(4, "kim"), InPlaceOf: Approval(2, "ada").Id));

        Assert.Equal([2, 3], (await Store.Deployments.ApprovalsAsync(new DeploymentId(Id(1)), Token)).Select(a => Convert.ToInt32(a.Id, 16)).Order());
    }

    [Fact]
    [Trait("Row", "N4")]
    public async Task Build_is_recorded_once_for_a_version_and_found_by_it()
    {
        await SaveAsync(new Change.RecordBuild(Build(1, "v1")), new Change.RecordBuild(Build(2, "v2")), new Change.RecordBuild(Build(3, "v1", "other")));

        await RefusedAsync(new Change.RecordBuild(Build(4, "v1")));

        Assert.Equal(Id(1), (await Store.Builds.FindByVersionAsync("shop", "v1", Token))!.Id);
        Assert.Equal("v2", (await Store.Builds.GetAsync(Id(2), Token))!.Version);
        Assert.Null(await Store.Builds.FindByVersionAsync("shop", "v9", Token));
        Assert.Equal(["v2", "v1"], (await Store.Builds.ListAsync("shop", 10, Token)).Select(b => b.Version));
        Assert.Equal(["v2"], (await Store.Builds.ListAsync("shop", 1, Token)).Select(b => b.Version));
    }

    private static string Json(Deployment? deployment) => JsonSerializer.Serialize(deployment, CoreJson.Default.Deployment);

    private async Task<IEnumerable<int>> ListAsync(DeploymentFilter filter) =>
        (await Store.Deployments.ListAsync(filter, Token)).Select(d => Convert.ToInt32(d.Id.Value, 16));
}
