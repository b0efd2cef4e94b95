using Towpath.Core.Commands;
using Towpath.Core.Facts;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage.Contracts;

[Trait("Row", "T5")]
public abstract class FactContract(StoreHarness harness) : StoreContract(harness)
{
    private const string Sha = "1111111111111111111111111111111111111111";
    private const string OtherSha = "2222222222222222222222222222222222222222";

    [Fact]
    public async Task Later_status_of_a_context_counts_in_any_order()
    {
        CommitFact[] facts = [Status("pending", 1, 10), Status("failure", 2, 11), Status("success", 3, 12)];

        await EveryOrderAsync(facts, (f, r) => new Change.SaveCommitFact(f with { RepositoryId = r }), async r =>
            Assert.Equal("success", Assert.Single(await Store.Facts.OfCommitAsync(r, Sha, Token)).State));
    }

    [Fact]
    public async Task Status_within_the_same_second_is_told_by_its_id()
    {
        CommitFact[] facts = [Status("pending", 1, 11), Status("success", 1, 12)];

        await EveryOrderAsync(facts, (f, r) => new Change.SaveCommitFact(f with { RepositoryId = r }), async r =>
            Assert.Equal("success", Assert.Single(await Store.Facts.OfCommitAsync(r, Sha, Token)).State));
    }

    [Fact]
    public async Task Check_run_that_took_anothers_place_counts_though_that_one_ends_later()
    {
        CommitFact[] facts = [Check("in_progress", 1, 100), Check("success", 9, 100), Check("queued", 5, 200)];

        await EveryOrderAsync(facts, (f, r) => new Change.SaveCommitFact(f with { RepositoryId = r }), async r =>
            Assert.Equal("queued", Assert.Single(await Store.Facts.OfCommitAsync(r, Sha, Token)).State));
    }

    [Fact]
    public async Task Check_run_within_one_second_is_as_far_as_it_was_told_and_no_success_where_both_were()
    {
        CommitFact[] facts = [Check("queued", 1, 100), Check("success", 1, 100), Check("failure", 1, 100), Check("in_progress", 1, 100)];

        await EveryOrderAsync(facts, (f, r) => new Change.SaveCommitFact(f with { RepositoryId = r }), async r =>
            Assert.Equal("failure", Assert.Single(await Store.Facts.OfCommitAsync(r, Sha, Token)).State));
    }

    [Fact]
    public async Task Jobs_of_two_workflow_runs_are_two_checks_though_they_are_called_alike()
    {
        CommitFact[] facts = [Job("failure", 1, 100, run: 7), Job("success", 2, 200, run: 8), Job("queued", 3, 150, run: 7)];

        await EveryOrderAsync(facts, (f, r) => new Change.SaveCommitFact(f with { RepositoryId = r }), async r =>
            Assert.Equal([(7, "queued"), (8, "success")], (await Store.Facts.OfCommitAsync(r, Sha, Token)).Select(fact => (fact.WorkflowRun, fact.State))));
    }

    [Fact]
    public async Task Command_of_a_comment_is_there_once_and_what_became_of_it_stays()
    {
        var (first, second) = (Command(1, 41), Command(2, 41));
        var done = first with { State = PullCommandState.Accepted, Note = "asked for", Deployment = Id(7) };
        await SaveAsync(new Change.AddPullCommand(first), new Change.AddPullCommand(second), new Change.AddPullCommand(Command(3, 42)));
        await SaveAsync(new Change.SavePullCommand(done), new Change.AddPullCommand(first), new Change.SavePullCommand(Command(99, 41)));

        Assert.Equal(done, await Store.Facts.CommandAsync(1, 1, Token));
        Assert.Null(await Store.Facts.CommandAsync(1, 99, Token));
        Assert.Null(await Store.Facts.CommandAsync(2, 1, Token));
    }

    [Fact]
    public async Task Commands_of_a_pull_request_are_counted_by_what_became_of_them_and_forgotten_ones_are_gone()
    {
        var asked = Enumerable.Range(1, 6).Select(comment => Command(comment, 41)).ToList();
        foreach (var command in asked) await SaveAsync(new Change.AddPullCommand(command));
        await SaveAsync(new Change.AddPullCommand(Command(7, 42)));
        var (first, second) = (asked[0] with { State = PullCommandState.Accepted }, asked[2] with { State = PullCommandState.Accepted });
        await SaveAsync(new Change.SavePullCommand(first), new Change.SavePullCommand(second), new Change.SavePullCommand(asked[4] with { State = PullCommandState.Refused }));
        await SaveAsync(new Change.ForgetPullCommand(1, 2), new Change.ForgetPullCommand(2, 4), new Change.ForgetPullCommand(1, 99));

        Assert.Equal([second, first], await Store.Facts.CommandsAsync(1, 41, PullCommandState.Accepted, 2, Token));
        Assert.Equal([second], await Store.Facts.CommandsAsync(1, 41, PullCommandState.Accepted, 1, Token));
        Assert.Equal([6L, 4L], (await Store.Facts.CommandsAsync(1, 41, PullCommandState.Asked, 10, Token)).Select(c => c.CommentId));
        Assert.Null(await Store.Facts.CommandAsync(1, 2, Token));
    }

    private static PullCommand Command(long comment, long number) => new()
    {
        RepositoryId = 1, Number = number, CommentId = comment, AuthorId = 5, Author = "kim", Body = "/deploy dev", At = At, HeadSha = Sha,
    };

    [Fact]
    public async Task Builds_of_a_commit_are_found_newest_first()
    {
        var (one, two) = (Build(1, "v1"), Build(2, "v2"));
        await SaveAsync(new Change.RecordBuild(one), new Change.RecordBuild(two), new Change.RecordBuild(Build(3, "v3") with { Commit = Sha }), new Change.RecordBuild(Build(4, "v1", "other")));

        Assert.Equal(["v2", "v1"], (await Store.Builds.OfCommitAsync("shop", one.Commit, Token)).Select(b => b.Version));
        Assert.Empty(await Store.Builds.OfCommitAsync("shop", "3333333333333333333333333333333333333333", Token));
    }

    [Fact]
    public async Task Facts_of_a_commit_stand_apart_by_repository_commit_kind_app_and_name()
    {
        CommitFact[] facts =
        [
            Status("success", 1, 1), Status("failure", 1, 2) with { Name = "lint" }, Status("failure", 1, 3) with { Sha = OtherSha },
            Status("failure", 1, 4) with { RepositoryId = 2 }, Check("queued", 1, 5) with { App = "other", Url = "https://github.com/acme/shop/runs/5" }, Check("failure", 1, 6),
        ];
        await SaveAsync([.. facts.Select(f => new Change.SaveCommitFact(f))]);

        Assert.Equal([facts[5], facts[4], facts[0], facts[1]], await Store.Facts.OfCommitAsync(1, Sha, Token));
    }

    [Fact]
    public async Task Ref_stands_where_it_was_moved_last()
    {
        RefFact[] facts = [Ref(Sha, 1), Ref(OtherSha, 2), Ref(null, 3), Ref(Sha, 4), Ref(Sha, 4)];

        await EveryOrderAsync(facts, (f, r) => new Change.SaveRefFact(f with { RepositoryId = r }), async r => Assert.Equal(Ref(Sha, 4) with { RepositoryId = r }, await Store.Facts.RefAsync(r, "refs/heads/main", Token)));
    }

    [Fact]
    public async Task Ref_that_moved_twice_within_a_second_is_disputed_until_it_is_told_anew()
    {
        RefFact[] facts = [Ref(Sha, 2), Ref(OtherSha, 2), Ref(null, 2), Ref(Sha, 1)];

        await EveryOrderAsync(facts, (f, r) => new Change.SaveRefFact(f with { RepositoryId = r }), async r =>
            Assert.Equal(Ref(OtherSha, 2) with { RepositoryId = r, IsDisputed = true }, await Store.Facts.RefAsync(r, "refs/heads/main", Token)));
        await SaveAsync(new Change.SaveRefFact(Ref(Sha, 2)), new Change.SaveRefFact(Ref(OtherSha, 2)), new Change.SaveRefFact(Ref(Sha, 3)));
        Assert.Equal(Ref(Sha, 3), await Store.Facts.RefAsync(1, "refs/heads/main", Token));
    }

    [Fact]
    public async Task Who_moved_a_ref_is_known_when_anybody_tells()
    {
        RefFact[] facts = [Ref(Sha, 2), Ref(Sha, 2) with { PushedBy = "kim" }, Ref(Sha, 2) with { Author = "pat" }, Ref(OtherSha, 1) with { PushedBy = "sam", Author = "sam" }];

        await EveryOrderAsync(facts, (f, r) => new Change.SaveRefFact(f with { RepositoryId = r }), async r =>
            Assert.Equal(Ref(Sha, 2) with { RepositoryId = r, PushedBy = "kim", Author = "pat" }, await Store.Facts.RefAsync(r, "refs/heads/main", Token)));
    }

    [Fact]
    public async Task Refs_are_listed_by_name_with_deleted_ones()
    {
        await SaveAsync(new Change.SaveRefFact(Ref(Sha, 1)), new Change.SaveRefFact(Ref(null, 1) with { Ref = "refs/heads/gone" }), new Change.SaveRefFact(Ref(Sha, 1) with { RepositoryId = 2 }));

        Assert.Equal(["refs/heads/gone", "refs/heads/main"], (await Store.Facts.RefsAsync(1, Token)).Select(f => f.Ref));
        Assert.Null(await Store.Facts.RefAsync(3, "refs/heads/main", Token));
    }

    [Fact]
    public async Task Pull_request_is_as_it_was_told_last()
    {
        PullFact[] facts = [Pull(1, 1), Pull(1, 2) with { HeadSha = OtherSha, Labels = ["deploy"] }, Pull(1, 3) with { HeadSha = OtherSha, IsOpen = false }];

        await EveryOrderAsync(facts, (f, r) => new Change.SavePullFact(f with { RepositoryId = r }), async r =>
        {
            Assert.Equivalent(facts[2] with { RepositoryId = r }, await Store.Facts.PullAsync(r, 1, Token), strict: true);
            Assert.Empty(await Store.Facts.PullsOfHeadAsync(r, Sha, Token));
            Assert.Equal(1, Assert.Single(await Store.Facts.PullsOfHeadAsync(r, OtherSha, Token)).Number);
            Assert.Empty(await Store.Facts.OpenPullsAsync(r, Token));
        });
    }

    [Fact]
    public async Task Pull_request_that_changed_twice_within_a_second_is_disputed()
    {
        PullFact[] facts = [Pull(1, 2) with { Title = "b" }, Pull(1, 2) with { Title = "a" }, Pull(1, 1)];

        await EveryOrderAsync(facts, (f, r) => new Change.SavePullFact(f with { RepositoryId = r }), async r =>
        {
            Assert.Equivalent(facts[0] with { RepositoryId = r, IsDisputed = true }, await Store.Facts.PullAsync(r, 1, Token), strict: true);
            // Its head may be any commit.
            foreach (var sha in (string[])[Sha, OtherSha]) Assert.Equal(1, Assert.Single(await Store.Facts.PullsOfHeadAsync(r, sha, Token)).Number);
        });
    }

    [Fact]
    public async Task Pull_requests_are_found_by_head_and_as_open_ones()
    {
        await SaveAsync(
            new Change.SavePullFact(Pull(7, 1)), new Change.SavePullFact(Pull(3, 1)), new Change.SavePullFact(Pull(5, 1) with { HeadSha = OtherSha, IsOpen = false }),
            new Change.SavePullFact(Pull(3, 1) with { RepositoryId = 2 }));

        Assert.Equal([3, 7], (await Store.Facts.OpenPullsAsync(1, Token)).Select(f => f.Number));
        Assert.Equal([3, 7], (await Store.Facts.PullsOfHeadAsync(1, Sha, Token)).Select(f => f.Number));
        Assert.Null(await Store.Facts.PullAsync(1, 8, Token));
    }

    [Fact]
    public async Task Repository_keeps_its_id_when_its_name_changes()
    {
        RepositoryName[] names = [Name("acme/shop", 1), Name("acme/store", 2), Name("acme/store", 2) with { InstallationId = 9 }];

        await EveryOrderAsync(names, (n, r) => new Change.SaveRepositoryName(n with { RepositoryId = r, Name = $"{n.Name}-{r}" }), async r =>
        {
            Assert.Equal(names[2] with { RepositoryId = r, Name = $"acme/store-{r}" }, await Store.Facts.RepositoryAsync(r, Token));
            Assert.Equal(r, (await Store.Facts.RepositoryAsync($"Acme/Store-{r}", Token))!.RepositoryId);
            Assert.Null(await Store.Facts.RepositoryAsync($"acme/shop-{r}", Token));
        });
    }

    [Fact]
    public async Task Repository_that_took_anothers_name_is_found_by_it()
    {
        await SaveAsync(
            new Change.SaveRepositoryName(Name("acme/shop", 1)), new Change.SaveRepositoryName(Name("acme/shop", 5) with { RepositoryId = 2 }),
            new Change.SaveRepositoryName(Name("acme/old", 9) with { RepositoryId = 3 }), new Change.SaveRepositoryName(Name("acme/old", 9) with { RepositoryId = 3, IsGone = true }));

        Assert.Equal(2, (await Store.Facts.RepositoryAsync("acme/shop", Token))!.RepositoryId);
        Assert.True((await Store.Facts.RepositoryAsync(3, Token))!.IsGone);
        Assert.Equal([3, 1, 2], (await Store.Facts.RepositoriesAsync(Token)).Select(r => r.RepositoryId));
    }

    /// <summary>Each order on a repository of its own, and the first fact of each once more at its end.</summary>
    private async Task EveryOrderAsync<T>(T[] facts, Func<T, long, Change> save, Func<long, Task> check)
    {
        var repository = 1000L;
        foreach (var order in Orders(facts))
        {
            repository++;
            foreach (var fact in order.Concat(order.Take(1))) await SaveAsync(save(fact, repository));
            await check(repository);
        }
    }

    private static IEnumerable<T[]> Orders<T>(T[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany((item, i) => Orders([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[item, .. rest]));

    private static CommitFact Status(string state, int second, long id) =>
        new() { RepositoryId = 1, Sha = Sha, Kind = CommitFactKind.Status, App = "", Name = "build", State = state, At = At.AddSeconds(second), Id = id };

    private static CommitFact Check(string state, int second, long id) =>
        new() { RepositoryId = 1, Sha = Sha, Kind = CommitFactKind.Check, App = "actions", Name = "build", State = state, At = At.AddSeconds(second), Id = id };

    private static CommitFact Job(string state, int second, long id, long run) =>
        Check(state, second, id) with { App = "github-actions", Url = $"https://github.com/acme/web/actions/runs/{run}/job/{id}" };

    private static RefFact Ref(string? sha, int second) => new(1, "refs/heads/main", sha, At.AddSeconds(second));

    private static PullFact Pull(long number, int second) => new()
    {
        RepositoryId = 1, Number = number, HeadSha = Sha, HeadRef = "topic", HeadRepositoryId = 1, BaseRef = "main", IsOpen = true, Title = "t", Author = "kim", UpdatedAt = At.AddSeconds(second),
    };

    private static RepositoryName Name(string name, int second) => new(1, name, 77, null, false, At.AddSeconds(second));
}
