using System.Runtime.CompilerServices;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator;
using Towpath.GitHubEmulator.Repositories;
using Commit = Towpath.GitHubEmulator.Repositories.Commit;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Configuration;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Configuration;

/// <summary>A control plane whose configuration comes from the protected branch main of acme/delivery.</summary>
internal sealed class ConfigurationScene : IAsyncDisposable
{
    private readonly GitHubServer _scene;

    private ConfigurationScene(GitHubServer scene) => _scene = scene;

    public GitHubServer Scene => _scene;

    public TestServer Server => _scene.Server;

    public EmulatorWorld World => _scene.World;

    public Repository Delivery => World.Repositories.Find("acme/delivery") ?? World.Repositories.All.First(r => r.Name is "delivery" or "moved");

    public static Dictionary<string, string?> Files { get; } = new(StringComparer.Ordinal)
    {
        ["organization.yaml"] = Folder.Organization, ["apps/web.yaml"] = Folder.Web, ["apps/other.yaml"] = Folder.Other, ["README.md"] = "# Delivery\n", ["scripts/x.yaml"] = "not: ours\n",
    };

    public static async Task<ConfigurationScene> StartAsync(
        string? database = null, bool isProtected = true, Func<ConfigurationRepository, ConfigurationRepository>? configured = null, Action<EmulatorWorld>? prepare = null, params IReadOnlyList<DeliverybotRepository> deliverybot)
    {
        var wanted = new ConfigurationRepository("acme/delivery") { Branch = "main" };
        return new ConfigurationScene(await GitHubServer.StartAsync(
            database,
            prepare: world =>
            {
                var delivery = world.Repositories.Create("acme/delivery", Files);
                if (isProtected) delivery.ProtectedBranches.Add("main");
                prepare?.Invoke(world);
            },
            more: services => (deliverybot.Count > 0 ? services.AddGitHubTarget() : services).AddSingleton(new PlanPace(TimeSpan.Zero, TimeSpan.Zero)),
            settings: options => options with { ConfigurationRepository = configured is null ? wanted : configured(wanted), Deliverybot = deliverybot }));
    }

    public Commit Push(string path, string? text, string branch = "main") => Delivery.Push(branch, new Dictionary<string, string?>(StringComparer.Ordinal) { [path] = text });

    public static string Titled(string title) => Folder.Web.Replace("title: The web", $"title: {title}", StringComparison.Ordinal);

    /// <summary>As the interval does when it is over.</summary>
    public async Task PollAsync() =>
        Assert.IsType<CommitOutcome.Committed>(await Server.Store.CommitAsync(new Towpath.Engine.Storage.Commit { Changes = [RecurringHandler.Soon(ReadConfiguration.WorkName)] }, default));

    public Task<ConfigurationView> ViewAsync() => Server.GetAsync<ConfigurationView>("ada", "/api/v1/configuration");

    /// <summary>Until the configuration in force is that of a commit.</summary>
    public Task<ConfigurationView> UntilAsync(Commit commit) => UntilAsync(view => view.Source == commit.Sha && view.Problems.Count == 0, $"{commit.Sha} in force");

    public Task<ConfigurationView> UntilAsync(Func<ConfigurationView, bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") => TestServer.UntilAsync(
        async () => await Server.Store.Configuration.CurrentRevisionAsync(default) is { Length: > 0 } && await ViewAsync() is var view && isSo(view) ? view : null, what: what);

    /// <summary>Until the server says this of the configuration that it does not take up.</summary>
    public Task<string> ProblemAsync(params IReadOnlyList<string> codes) => TestServer.UntilAsync(() => Task.FromResult(
        Server.Running.Services.GetRequiredService<Towpath.Server.Features.Configuration.ConfigurationProblems>().All.FirstOrDefault(problem => codes.Contains(problem.Code))?.ToString()));

    public Commit Head => Delivery.Resolve("refs/heads/main")!;

    public ValueTask DisposeAsync() => _scene.DisposeAsync();
}
