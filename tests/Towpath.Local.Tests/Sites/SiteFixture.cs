using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Sites;
using Towpath.Core.Targets;
using Towpath.Local.Serving;
using Towpath.Local.Sites;
using Towpath.Testing;

namespace Towpath.Local.Tests.Sites;

/// <summary>One site on a real folder and a real port, with all that is registered for it.</summary>
internal sealed class SiteFixture : IAsyncDisposable
{
    private static readonly EnvironmentKey Key = new("docs", "dev");

    public SiteFixture(SiteLimits? limits = null, Func<ISiteFiles, ISiteFiles>? decorate = null)
    {
        Options = new LocalOptions("here", HostRequired: false, new OperatorLimits { Folders = [Folder.Path] }, Folder.In("data")) { Sites = limits ?? new SiteLimits() };
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        if (decorate is not null) services.AddSingleton(decorate(new SiteFiles()));
        services.AddTowpathLocal(Options);
        Services = services.BuildServiceProvider();
        Target = new TargetSpec(SiteSettings.Kind, new JsonObject { ["root"] = "site", ["port"] = Port });
    }

    public TemporaryFolder Folder { get; } = new();

    public VirtualTime Time { get; } = new();

    public int Port { get; } = Ports.FreeRow(1);

    public LocalOptions Options { get; }

    public ServiceProvider Services { get; }

    public TargetSpec Target { get; }

    public SiteFolder Site => new(Folder.In("site"));

    public SiteSettings Settings => SiteSettings.Read(Key, Target);

    public LocalSiteHost Host => Services.GetRequiredService<LocalSiteHost>();

    public FakeStepHost StepHost { get; } = new();

    public Artifact Build(params IReadOnlyList<(string Name, string Text)> files) => Store(Zips.Of(files));

    public Artifact Store(byte[] zip)
    {
        var digest = Digest.Of(zip);
        File.WriteAllBytes(Folder.In($"{digest.Short}.zip"), zip);
        return new Artifact(Artifact.DefaultName, ArtifactKind.StaticSite, $"{digest.Short}.zip", digest, zip.Length);
    }

    public EnvironmentSpec Environment => new() { Name = "dev", Target = Target };

    public async Task<IReadOnlyList<PlanStep>> PlanAsync(Artifact artifact) =>
        Assert.IsType<PlanResult.Planned>(await AnswerAsync(artifact)).Steps;

    public Task<PlanResult> AnswerAsync(params IReadOnlyList<Artifact> artifacts) =>
        Services.GetRequiredService<ITarget>().PlanAsync(new PlanRequest(Key, Environment, "v1", "abc", artifacts, null, []), TestContext.Current.CancellationToken);

    public Task<StepResult> RunAsync(PlanStep step, DateTimeOffset? startedAt = null, int attempt = 1) =>
        Services.GetServices<IStep>().Single(s => s.Kind == step.Kind)
            .RunAsync(StepHost.ContextOf(step, startedAt ?? Time.GetUtcNow(), attempt), TestContext.Current.CancellationToken);

    /// <summary>Fetches, unpacks and switches.</summary>
    public async Task DeployAsync(Artifact artifact)
    {
        foreach (var step in (await PlanAsync(artifact)).Where(step => step.Stage == Stage.Deploy)) Assert.IsType<StepResult.Done>(await RunAsync(step));
        Time.Advance(TimeSpan.FromMinutes(1));
    }

    public Task ServeAsync() => Host.ServeAsync(ConfigurationOf(Environment), TestContext.Current.CancellationToken);

    public static Configuration ConfigurationOf(params IReadOnlyList<EnvironmentSpec> environments) => Configuration.Empty with
    {
        Applications = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(new Dictionary<string, ApplicationSpec>(StringComparer.Ordinal)
        {
            ["docs"] = new() { Name = "docs", Artifacts = [], Environments = environments },
        }),
    };

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        Folder.Dispose();
    }
}
