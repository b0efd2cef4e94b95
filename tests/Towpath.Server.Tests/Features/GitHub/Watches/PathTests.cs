using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Webhooks;
using Commit = Towpath.GitHubEmulator.Repositories.Commit;

namespace Towpath.Server.Tests.Features.GitHub.Watches;

/// <summary>Of a repository of several applications, a push concerns those whose files it changes.</summary>
[Trait("Row", "D3")]
public sealed class PathTests(PostgresServer postgres)
{
    private const string Spec = "paths: [services/site/**, shared/*.txt]\nenvironments:\n  dev: { auto_deploy: { branch: main }, target: { kind: fake } }";
    private const string Zip = "{ kind: static-site, source: \"builds/{slug}/{sha}.zip\" }";

    private static readonly EnvironmentKey Dev = new("site", "dev");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Push_that_changes_none_of_its_files_deploys_nothing_and_the_next_that_does_is_deployed(bool onPostgres)
    {
        await using var scene = await WatchScene.StartAsync(onPostgres ? await postgres.CreateAsync() : null, spec: Spec);
        var first = Push(scene, "services/site/a.txt");
        await scene.UntilEndedAsync(Dev, first.Sha);
        Push(scene, "services/other/a.txt");
        Push(scene, "shared/deep/a.txt");
        await scene.SettledAsync();
        Assert.Equal([first.Sha], (await scene.DeploymentsAsync(Dev)).Select(d => d.Commit));
        Assert.Equal(first.Sha, Assert.Single(await scene.WatchesAsync()).Sha);

        var next = Push(scene, "shared/b.txt");
        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, next.Sha)).Phase);
    }

    [Fact]
    [Trait("Row", "T5")]
    public async Task Pushes_between_that_nobody_told_of_count()
    {
        await using var scene = await WatchScene.StartAsync(spec: Spec);
        await scene.UntilEndedAsync(Dev, Push(scene, "services/site/a.txt").Sha);
        scene.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Vanish, Event = "push", Times = 1 });
        Push(scene, "services/site/b.txt");
        var told = Push(scene, "services/other/a.txt");
        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, told.Sha)).Phase);
    }

    [Fact]
    public async Task Branch_that_is_set_back_counts_as_changed_and_so_does_a_change_of_too_many_files()
    {
        await using var scene = await WatchScene.StartAsync(spec: Spec);
        var first = Push(scene, "services/site/a.txt");
        await scene.UntilEndedAsync(Dev, first.Sha);
        var other = Push(scene, [.. Enumerable.Range(0, 320).Select(i => $"services/other/{i:000}.txt")]);
        await scene.UntilEndedAsync(Dev, other.Sha);
        var third = Push(scene, "services/site/c.txt");
        await scene.UntilEndedAsync(Dev, third.Sha);
        scene.Move("refs/heads/main", other.Sha);
        await TestUntilAsync(async () => (await scene.WatchesAsync()).Any(watch => watch.Sha == other.Sha));
    }

    [Fact]
    public async Task Push_that_waits_for_its_build_goes_on_waiting_when_another_changes_none_of_its_files()
    {
        await using var scene = await WatchScene.StartAsync(spec: Spec, artifact: Zip);
        var first = Push(scene, "services/site/a.txt");
        await scene.UntilWatchAsync(Dev, watch => watch.Sha == first.Sha && watch.State == WatchState.Waiting);
        Push(scene, "services/other/a.txt");
        await scene.SettledAsync();
        Assert.Equal(first.Sha, Assert.Single(await scene.WatchesAsync()).Sha);

        await scene.ReportAsync(first.Sha);

        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, first.Sha)).Phase);
    }

    [Fact]
    public async Task While_GitHub_cannot_tell_what_changed_nothing_is_decided_and_nothing_lost()
    {
        await using var scene = await WatchScene.StartAsync(spec: Spec);
        var first = Push(scene, "services/site/a.txt");
        await scene.UntilEndedAsync(Dev, first.Sha);
        scene.World.Script.Add(new ScriptedFault { Kind = FaultKind.Error, On = "GET /repos/{owner}/{repo}/compare/{basehead}", Status = 503, Times = -1 });
        var next = Push(scene, "services/site/b.txt");
        await scene.GitHub.SettledAsync();
        Assert.Equal(first.Sha, Assert.Single(await scene.WatchesAsync()).Sha);
        scene.World.Script.Clear();
        Assert.Equal(Phase.Succeeded, (await scene.UntilEndedAsync(Dev, next.Sha)).Phase);
    }

    private static Commit Push(WatchScene scene, params string[] paths)
    {
        scene.World.Time.Advance(TimeSpan.FromSeconds(2));
        return scene.Web.Push("main", paths.ToDictionary(path => path, path => (string?)$"{path} at {scene.World.Now:O}", StringComparer.Ordinal), "a change", "octocat");
    }

    private static Task<string> TestUntilAsync(Func<Task<bool>> isSo) => WatchScene.UntilAsync(isSo);
}
