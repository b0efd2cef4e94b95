using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage.Contracts;

public abstract class WorkContract(StoreHarness harness) : StoreContract(harness)
{
    private const string Queue = "shop/production";

    [Fact]
    public async Task Claim_of_a_new_row_tells_everything_about_it()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1") with { Payload = "p" }));

        var claimed = await ClaimOneAsync();

        Assert.Equal(("deployment", Queue, "d1", "p", 0), (claimed.Kind, claimed.Queue, claimed.Subject, claimed.Payload, claimed.Failures));
        Assert.True(claimed.Token > 0);
        Assert.True(await Store.Work.IsOwnedAsync(claimed.Fence, Token));
    }

    [Fact]
    public async Task Line_only_its_head_is_claimed_and_finishing_it_makes_the_next_one_the_head()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")), new Change.EnqueueWork(Row("d2")), new Change.EnqueueWork(Row("d3")));

        List<string> served = [];
        while (await Store.Work.ClaimAsync(Node(), 10, Token) is [var work])
        {
            served.Add(work.Subject);
            await SaveAsync(work.Fence, new Change.FinishWork(Queue, work.Subject));
        }

        Assert.Equal(["d1", "d2", "d3"], served);
    }

    [Fact]
    public async Task Claim_takes_the_longest_due_first_and_no_more_than_asked()
    {
        await SaveAsync(new Change.EnqueueWork(Row("late", "q1", delay: TimeSpan.FromSeconds(2))), new Change.EnqueueWork(Row("early", "q2", delay: TimeSpan.FromSeconds(1))));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(3));

        Assert.Equal("early", Assert.Single(await Store.Work.ClaimAsync(Node(), 1, Token)).Subject);
        Assert.Equal("late", Assert.Single(await Store.Work.ClaimAsync(Node(), 1, Token)).Subject);
        Assert.Empty(await Store.Work.ClaimAsync(Node(), 1, Token));
    }

    [Fact]
    public async Task Row_that_is_claimed_is_not_claimed_by_another_before_its_lease_is_over()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")));
        var first = await ClaimOneAsync();
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(14));
        Assert.Empty(await Store.Work.ClaimAsync(Node("n2"), 1, Token));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(2));

        var second = await ClaimOneAsync("n2");

        Assert.True(second.Token > first.Token);
    }

    [Fact]
    public async Task Stale_owner_after_the_row_was_claimed_again_is_fenced_and_saves_nothing()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")));
        var stale = await ClaimOneAsync();
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(16));
        var owner = await ClaimOneAsync("n2");

        var outcome = await TryAsync(stale.Fence, new Change.SaveSetting("by", "stale"), new Change.FinishWork(Queue, "d1"));

        Assert.IsType<CommitOutcome.Fenced>(outcome);
        Assert.Null(await Store.Configuration.SettingAsync("by", Token));
        Assert.False(await Store.Work.IsOwnedAsync(stale.Fence, Token));
        await SaveAsync(owner.Fence, new Change.SaveSetting("by", "owner"));
    }

    [Fact]
    public async Task Owner_whose_lease_is_over_is_fenced_even_when_nobody_claimed_the_row()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")));
        var work = await ClaimOneAsync();
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(16));

        Assert.IsType<CommitOutcome.Fenced>(await TryAsync(work.Fence, new Change.SaveSetting("by", "stale")));
        Assert.Empty(await Store.Work.HeartbeatAsync(Node(), Token));
    }

    [Fact]
    public async Task Heartbeat_extends_the_leases_and_tells_what_is_still_held()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1", "q1")), new Change.EnqueueWork(Row("d2", "q2")));
        var held = await Store.Work.ClaimAsync(Node(), 2, Token);
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(10));

        var fences = await Store.Work.HeartbeatAsync(Node(), Token);
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(held.Select(w => w.Fence).OrderBy(f => f.WorkId), fences.OrderBy(f => f.WorkId));
        Assert.Empty(await Store.Work.ClaimAsync(Node("n2"), 2, Token));
    }

    [Fact]
    public async Task Sleeping_row_keeps_its_place_in_the_line()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")), new Change.EnqueueWork(Row("d2")));
        var work = await ClaimOneAsync();
        await SaveAsync(work.Fence, new Change.RescheduleWork(Queue, "d1", TimeSpan.FromMinutes(1)));

        Assert.Empty(await Store.Work.ClaimAsync(Node(), 5, Token));
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Equal("d1", (await ClaimOneAsync()).Subject);
    }

    [Fact]
    public async Task Row_that_waits_to_be_woken_is_due_when_somebody_wakes_it()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")));
        var work = await ClaimOneAsync();
        await SaveAsync(work.Fence, new Change.RescheduleWork(Queue, "d1", TimeSpan.MaxValue));
        await Harness.AdvanceAsync(TimeSpan.FromDays(400));
        Assert.Null(await Store.Work.NextDueAsync(Node(), Token));
        Assert.Empty(await Store.Work.ClaimAsync(Node(), 5, Token));

        await SaveAsync(new Change.WakeWork(Queue, "d1"));

        Assert.Equal("d1", (await ClaimOneAsync()).Subject);
    }

    [Fact]
    public async Task Waking_a_row_that_somebody_works_on_leaves_it_alone()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")));
        var work = await ClaimOneAsync();

        await SaveAsync(new Change.WakeWork(Queue, "d1"), new Change.WakeWork(Queue, "unknown"));

        Assert.True(await Store.Work.IsOwnedAsync(work.Fence, Token));
    }

    [Fact]
    public async Task Finishing_a_row_that_somebody_works_on_fences_its_owner()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")), new Change.EnqueueWork(Row("d2")));
        var work = await ClaimOneAsync();

        await SaveAsync(new Change.FinishWork(Queue, "d1"), new Change.FinishWork(Queue, "unknown"));

        Assert.IsType<CommitOutcome.Fenced>(await TryAsync(work.Fence, new Change.SaveSetting("by", "stale")));
        Assert.Equal("d2", (await ClaimOneAsync("n2")).Subject);
    }

    [Fact]
    public async Task Finishing_a_row_in_the_middle_leaves_the_head()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")), new Change.EnqueueWork(Row("d2")), new Change.EnqueueWork(Row("d3")));

        await SaveAsync(new Change.FinishWork(Queue, "d2"));

        var work = await ClaimOneAsync();
        Assert.Equal("d1", work.Subject);
        await SaveAsync(work.Fence, new Change.FinishWork(Queue, "d1"));
        Assert.Equal("d3", (await ClaimOneAsync()).Subject);
    }

    [Fact]
    public async Task EnqueueOnce_while_a_row_waits_only_hastens_it()
    {
        await SaveAsync(new Change.EnqueueOnce(Row("a", delay: TimeSpan.FromMinutes(5))));
        await SaveAsync(new Change.EnqueueOnce(Row("a", delay: TimeSpan.FromMinutes(1))), new Change.EnqueueOnce(Row("a", delay: TimeSpan.FromMinutes(9))));
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(2));

        var work = await ClaimOneAsync();
        await SaveAsync(work.Fence, new Change.FinishWork(Queue, "a"));
        await Harness.AdvanceAsync(TimeSpan.FromMinutes(20));

        Assert.Empty(await Store.Work.ClaimAsync(Node(), 5, Token));
    }

    [Fact]
    public async Task EnqueueOnce_while_the_row_is_worked_on_adds_one_so_that_it_is_looked_at_again()
    {
        await SaveAsync(new Change.EnqueueOnce(Row("a")));
        var work = await ClaimOneAsync();
        await SaveAsync(new Change.EnqueueOnce(Row("a")));
        await SaveAsync(new Change.EnqueueOnce(Row("a")));

        await SaveAsync(work.Fence, new Change.FinishWork(Queue, "a"));

        var again = await ClaimOneAsync();
        Assert.NotEqual(work.Id, again.Id);
        await SaveAsync(again.Fence, new Change.FinishWork(Queue, "a"));
        Assert.Empty(await Store.Work.ClaimAsync(Node(), 5, Token));
    }

    [Fact]
    public async Task EnqueueOnce_if_any_waits_adds_a_row_only_where_a_deployment_or_a_run_waits()
    {
        var look = new Change.EnqueueOnce(Row("a")) { IfAnyWaits = "shop" };
        await SaveAsync(new Change.InsertDeployment(Deployment(1, Phase.Queued)), look);
        Assert.Empty(await Store.Work.ClaimAsync(Node(), 5, Token));

        await SaveAsync(new Change.InsertDeployment(Deployment(2)));
        await SaveAsync(look with { IfAnyWaits = "another" });
        Assert.Empty(await Store.Work.ClaimAsync(Node(), 5, Token));
        await SaveAsync(look);
        var work = await ClaimOneAsync();
        await SaveAsync(work.Fence, new Change.FinishWork(Queue, "a"));

        var asked = new ProtectionRequest(7, 8, "dev", new string('a', 40), DateTimeOffset.UnixEpoch);
        await SaveAsync(new Change.AddProtectionRequest(asked), look with { IfAnyWaits = "another" });
        await SaveAsync((await ClaimOneAsync()).Fence, new Change.FinishWork(Queue, "a"), new Change.SaveProtectionRequest(asked with { Answer = "approved" }), look with { IfAnyWaits = "another" });
        Assert.Empty(await Store.Work.ClaimAsync(Node(), 5, Token));
    }

    [Fact]
    public async Task Row_that_needs_a_capability_is_claimed_by_a_node_that_has_it()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1", capability: "host:a")));

        Assert.Empty(await Store.Work.ClaimAsync(Node("n1"), 5, Token));
        Assert.Empty(await Store.Work.ClaimAsync(Node("n2", "host:b", "x"), 5, Token));
        Assert.Null(await Store.Work.NextDueAsync(Node("n2", "host:b"), Token));
        Assert.Single(await Store.Work.ClaimAsync(Node("n3", "x", "host:a"), 5, Token));
    }

    [Fact]
    public async Task NextDue_names_the_next_head_or_the_end_of_a_foreign_lease()
    {
        Assert.Null(await Store.Work.NextDueAsync(Node(), Token));
        await SaveAsync(new Change.EnqueueWork(Row("d1", "q1", delay: TimeSpan.FromHours(1))));
        Assert.InRange((await Store.Work.NextDueAsync(Node(), Token))!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        await SaveAsync(new Change.EnqueueWork(Row("d2", "q2")));
        Assert.Equal(TimeSpan.Zero, await Store.Work.NextDueAsync(Node(), Token));

        await ClaimOneAsync("n2");

        Assert.InRange((await Store.Work.NextDueAsync(Node(), Token))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));
        Assert.InRange((await Store.Work.NextDueAsync(Node("n2"), Token))!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Released_row_is_free_at_once_and_its_fence_is_void()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")));
        var work = await ClaimOneAsync();

        await Store.Work.ReleaseAsync(work.Fence, Token);

        Assert.IsType<CommitOutcome.Fenced>(await TryAsync(work.Fence, new Change.SaveSetting("by", "stale")));
        Assert.True((await ClaimOneAsync("n2")).Token > work.Token);
    }

    [Fact]
    public async Task Release_with_a_stale_fence_takes_nothing_from_the_owner()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")));
        var stale = await ClaimOneAsync();
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(16));
        var owner = await ClaimOneAsync("n2");

        await Store.Work.ReleaseAsync(stale.Fence, Token);

        Assert.True(await Store.Work.IsOwnedAsync(owner.Fence, Token));
    }

    [Fact]
    public async Task Row_that_failed_is_tried_again_later_and_counts_its_failures_until_it_makes_progress()
    {
        await SaveAsync(new Change.EnqueueWork(Row("d1")));
        var work = await ClaimOneAsync();
        await SaveAsync(work.Fence, new Change.FailWork(work.Id, "broken", TimeSpan.FromSeconds(5), SetAside: false));
        Assert.Empty(await Store.Work.ClaimAsync(Node(), 5, Token));
        await Harness.AdvanceAsync(TimeSpan.FromSeconds(6));

        var again = await ClaimOneAsync();
        Assert.Equal(1, again.Failures);
        await SaveAsync(again.Fence, new Change.RescheduleWork(Queue, "d1", TimeSpan.Zero));

        Assert.Equal(0, (await ClaimOneAsync()).Failures);
    }

    [Fact]
    public async Task Row_that_is_set_aside_is_shown_and_lets_the_next_one_go_on()
    {
        await SaveAsync(new Change.EnqueueWork(Row("bad")), new Change.EnqueueWork(Row("good")));
        var work = await ClaimOneAsync();

        await SaveAsync(work.Fence, new Change.FailWork(work.Id, "poisoned", default, SetAside: true));

        Assert.Equal("good", (await ClaimOneAsync()).Subject);
        var aside = Assert.Single(await Store.Work.SetAsideAsync(10, Token));
        Assert.Equal((work.Id, "bad", "poisoned", Queue), (aside.Id, aside.Subject, aside.Message, aside.Queue));
        Assert.IsType<CommitOutcome.Fenced>(await TryAsync(work.Fence, new Change.SaveSetting("by", "stale")));
    }

    [Fact]
    public async Task Node_that_leaves_frees_its_rows()
    {
        var session = await Store.Work.JoinAsync(Node(), Token);
        await SaveAsync(new Change.EnqueueWork(Row("d1")));
        await ClaimOneAsync();

        await session.DisposeAsync();

        Assert.Equal("d1", (await ClaimOneAsync("n2")).Subject);
    }

    [Fact]
    public async Task Reap_frees_the_rows_of_nodes_without_a_session_and_of_no_others()
    {
        await using var session = await Store.Work.JoinAsync(Node(), Token);
        await SaveAsync(new Change.EnqueueWork(Row("d1", "q1")), new Change.EnqueueWork(Row("d2", "q2")));
        var alive = await ClaimOneAsync();
        var dead = await ClaimOneAsync("never-joined");

        Assert.Equal(1, await Store.Work.ReapAsync(Token));

        Assert.False(session.Lost.IsCancellationRequested);
        Assert.True(await Store.Work.IsOwnedAsync(alive.Fence, Token));
        Assert.False(await Store.Work.IsOwnedAsync(dead.Fence, Token));
        Assert.Equal(0, await Store.Work.ReapAsync(Token));
    }

    [Fact]
    public async Task Commit_with_the_same_operation_id_again_changes_nothing()
    {
        var commit = new Commit { Changes = [new Change.EnqueueWork(Row("d1"))] };

        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(commit, Token));
        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(commit, Token));

        var work = await ClaimOneAsync();
        await SaveAsync(work.Fence, new Change.FinishWork(Queue, "d1"));
        Assert.Empty(await Store.Work.ClaimAsync(Node(), 5, Token));
    }

    [Fact]
    public async Task Changes_are_told_after_the_commit_and_not_after_a_refused_one()
    {
        List<ChangeNotice> heard = [];
        using (Store.Changes.Subscribe(heard.Add))
        {
            heard.Clear();
            await RefusedAsync(new Change.EnqueueWork(Row("d1")), new Change.TakeSetting("none"));
            Assert.DoesNotContain(heard, notice => notice.Topic == "work" && notice.Subject.Length > 0);
            await SaveAsync(new Change.SetLock(Production, null));
        }

        Assert.Contains(new ChangeNotice("environment", "shop/production"), heard);
    }

    private async Task<ClaimedWork> ClaimOneAsync(string node = "n1") => Assert.Single(await Store.Work.ClaimAsync(Node(node), 1, Token));
}
