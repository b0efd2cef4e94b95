using System.Net;
using System.Runtime.CompilerServices;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.GitHubEmulator;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Watches;

/// <summary>The application <c>site</c>, which lives in acme/web.</summary>
internal sealed class WatchScene : IAsyncDisposable
{
    private int _pushes;

    private WatchScene(GitHubServer gitHub, string spec)
    {
        GitHub = gitHub;
        Spec = spec;
    }

    public GitHubServer GitHub { get; }

    public string Spec { get; }

    public TestServer Server => GitHub.Server;

    public EmulatorWorld World => GitHub.World;

    public Repository Web => GitHub.Web;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<WatchScene> StartAsync(
        string? database = null, string? spec = null, string artifact = "{ kind: commit }", string version = "\"sha-{short_sha}\"", Action<IServiceCollection>? more = null)
    {
        var folder = new Folder();
        var text = $"name: site\nrepository: ACME/web\nartifact: {artifact}\nversion: {version}\n{spec ?? "environments:\n  dev: { auto_deploy: { branch: main }, target: { kind: fake } }"}\n";
        folder.Write("apps/site.yaml", text);
        return new WatchScene(await GitHubServer.StartAsync(database, folder, more: more), text);
    }

    /// <summary>A commit to a branch; each in another second, or nobody could tell in which order they came.</summary>
    public GitHubEmulator.Repositories.Commit Push(string branch, string by = "octocat")
    {
        World.Time.Advance(TimeSpan.FromSeconds(2));
        return Web.Push(branch, new Dictionary<string, string?> { ["a.txt"] = $"{++_pushes}" }, $"change {_pushes}", by);
    }

    public void Tag(string name, string sha) => Move($"refs/tags/{name}", sha);

    public void Move(string name, string? sha)
    {
        World.Time.Advance(TimeSpan.FromSeconds(2));
        RefEvents.Move(Web, name, sha, World.Accounts.User("kim"));
    }

    public GitHubEmulator.Checks.CheckRun Check(string sha, string? conclusion, string name = "test") => CheckEvents.Report(Web, World.Apps.Actions, sha, name, conclusion);

    public Task StatusAsync(string sha, string context, string state) => Server.Running.Services.GetRequiredService<StatusesApi>().ReportAsync(
        new GitHubRepository(GitHub.Installation.Id, "acme", "web"), sha, new NewCommitStatus { Context = context, State = Enum.Parse<CommitState>(state, ignoreCase: true) }, Token);

    /// <summary>From a branch of a fork to main.</summary>
    public Pull OpenPull(Repository from, string branch)
    {
        lock (World.Gate)
        {
            var issue = Web.Issues.Add(new Issue(World.NextId(), Web, Web.NextNumber(), from.Owner) { Title = "a change" });
            var pull = new Pull(World.NextId(), issue, from, branch, "main") { HeadSha = from.Refs[$"refs/heads/{branch}"], BaseSha = Web.Refs["refs/heads/main"] };
            issue.Pull = pull;
            Web.Pulls.Add(pull);
            PullEvents.Tell(pull, "opened", from.Owner);
            return pull;
        }
    }

    public static Task<string> UntilAsync(Func<Task<bool>> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") => TestServer.UntilAsync(async () => await isSo() ? "so" : null, what: what);

    public Task LockAsync(EnvironmentKey key) => Server.SendAsync("ada", HttpMethod.Put, $"/api/v1/applications/{key.Application}/environments/{key.Environment}/lock", new { reason = "a test" });

    public Task UnlockAsync(EnvironmentKey key) => Server.SendAsync("ada", HttpMethod.Delete, $"/api/v1/applications/{key.Application}/environments/{key.Environment}/lock");

    public async Task ReportAsync(string commit, string? branch = null) => await Server.PostAsync<Core.Artifacts.Build>(
        "dev", "/api/v1/builds", new { application = "site", commit, branch, artifacts = new[] { new { reference = Server.Folder.Build(commit, commit, "site") } } }, HttpStatusCode.Created);

    public Task<IReadOnlyList<Deployment>> DeploymentsAsync(EnvironmentKey key) => Server.Store.Deployments.ListAsync(new Engine.Storage.DeploymentFilter(key.Application, key.Environment), Token);

    public Task<Deployment> UntilAsync(EnvironmentKey key, string sha, Func<Deployment, bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        TestServer.UntilAsync(async () => (await DeploymentsAsync(key)).FirstOrDefault(d => d.Commit == sha && isSo(d)), what: $"{key} of {sha}: {what}");

    public Task<Deployment> UntilEndedAsync(EnvironmentKey key, string sha) => UntilAsync(key, sha, d => d.Phase.IsTerminal());

    public Task<IReadOnlyList<StoredWatch>> WatchesAsync() => Server.Store.Watches.OfAsync(["site"], Token);

    public Task<StoredWatch> UntilWatchAsync(EnvironmentKey key, Func<StoredWatch, bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        TestServer.UntilAsync(async () => (await WatchesAsync()).FirstOrDefault(watch => watch.Key == key && isSo(watch)), what: $"watch of {key}: {what}");

    public async Task<WatchView> ShownAsync() => Assert.Single((await Server.GetAsync<WatchList>("vera", "/api/v1/watches")).Watches);

    /// <summary>Until everything that was told has been looked at.</summary>
    public async Task SettledAsync()
    {
        await GitHub.SettledAsync();
        await TestServer.UntilAsync(async () =>
        {
            for (var lane = 0; lane < Looks.Lanes; lane++)
                if (await Server.Store.Watches.NextLookAsync(lane, Token) is not null) return null;
            return "settled";
        });
    }

    public ValueTask DisposeAsync() => GitHub.DisposeAsync();
}
