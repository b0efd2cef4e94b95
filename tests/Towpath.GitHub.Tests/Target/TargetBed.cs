using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Description;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Testing;

namespace Towpath.GitHub.Tests.Target;

/// <summary>
/// An emulated GitHub with the repository acme/web, and processes of Towpath that deploy through it: each has services of its own. Both sides have one clock,
/// which goes on by itself in small steps and jumps where a deployment sleeps. Every call and answer is held against GitHub's description at the end.
/// </summary>
internal sealed class TargetBed : IAsyncDisposable
{
    /// <summary>What waits within a call is let pass; what limits a call is not.</summary>
    private static readonly TimeSpan Waits = TimeSpan.FromSeconds(5);

    private readonly List<ServiceProvider> _processes = [];

    private TargetBed(Emulator emulator, VirtualTime time) => (Emulator, Time) = (emulator, time);

    public Emulator Emulator { get; }

    public EmulatorWorld World => Emulator.World;

    public VirtualTime Time { get; }

    public Repository Web { get; private set; } = null!;

    public App App { get; private set; } = null!;

    /// <summary>Of the target; <c>kind</c> is left out.</summary>
    public JsonObject Settings { get; } = [];

    public OnFailure OnFailure { get; set; } = OnFailure.Rollback;

    public string? KnownGood { get; set; }

    public string? Branch { get; set; }

    public OperatorLimits Limits { get; set; } = OperatorLimits.Nothing;

    public static async Task<TargetBed> StartAsync(bool isDescribed = true)
    {
        var time = new VirtualTime();
        var token = TestContext.Current.CancellationToken;
        var description = isDescribed ? await DescriptionPackage.FileAsync(Checkout.Packages, token) : null;
        var bed = new TargetBed(await Emulator.StartAsync(new EmulatorOptions { Time = time, Description = description }, token), time);
        bed.World.Accounts.Organization("acme").Members["kim"] = "admin";
        bed.World.Accounts.User("kim");
        bed.Web = bed.World.Repositories.Create("acme/web");
        bed.App = bed.World.Apps.Create("towpath", "acme");
        foreach (var permission in (string[])["actions", "administration", "checks", "contents", "deployments", "environments", "statuses"]) bed.App.Permissions[permission] = "write";
        bed.App.Install("acme");
        return bed;
    }

    /// <summary>A commit on main, and its id.</summary>
    public string Push(string text, string branch = "main") => Web.Push(branch, new Dictionary<string, string?> { ["index.html"] = text }, text, "kim").Sha;

    public Workflow AddWorkflow(RunPlan plan, string? runName = "deploy ${{ inputs.environment }} ${{ inputs.towpath_id }}")
    {
        var workflow = new Workflow(World.NextId(), Web, ".github/workflows/deploy.yaml") { RunName = runName, Plan = plan };
        foreach (var input in (string[])["towpath_id", "application", "environment", "version", "sha"]) workflow.Inputs[input] = false;
        Web.Workflows.Add(workflow);
        Settings["workflow"] = "deploy.yaml";
        return workflow;
    }

    public ServiceProvider NewProcess(HttpMessageHandler? http = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        if (http is not null) services.AddSingleton(_ => new GitHubHttp(http));
        services.AddSingleton<TimeProvider>(Time)
            .AddSingleton<IGitHubAppSource>(new FixedApp(new GitHubAppSettings { AppId = App.Id, PrivateKey = App.Key, WebhookSecret = "x" }))
            .AddTowpathGitHub(new GitHubOptions { Host = GitHubHost.Of(Emulator.ApiUrl.ToString(), Emulator.Url.ToString()), Jitter = () => 1 })
            .AddGitHubTarget().AddSingleton(Limits)
            .AddSingleton<TargetCatalog>().AddSingleton<StepCatalog>().AddSingleton<DeploymentPlanner>().AddSingleton<DeploymentRunner>();
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return process;
    }

    public EnvironmentKey Key { get; set; } = new("web", "production");

    public EnvironmentSpec Environment => new() { Name = Key.Environment, OnFailure = OnFailure, Target = new TargetSpec(GitHubTargetSettings.Kind, Settings) };

    public PlanRequest Request(string commit) => new(
        Key, Environment, $"sha-{commit[..7]}", commit, [Artifact.OfCommit(Artifact.DefaultName, commit)],
        KnownGood is { } good ? new RunningVersion(new DeploymentId("00000000000000000000000000000001"), "build-1", $"sha-{good[..7]}", Digest.Of(good), Time.GetUtcNow().AddDays(-1)) : null,
        KnownGood is { } known ? [Artifact.OfCommit(Artifact.DefaultName, known)] : [], "acme/web")
    {
        Branch = Branch, KnownGoodCommit = KnownGood,
    };

    public TargetRun Deployment(string commit) => new(this, Request(commit));

    public TargetLook Look => new(Key, Environment, [new ArtifactSpec(Artifact.DefaultName, ArtifactKind.Commit, "")], "acme/web");

    /// <summary>Whoever listens answers to each new deployment at once, and to others never.</summary>
    public void Listen(Func<GitHubEmulator.Deployments.Deployment, string?> answer, string description = "")
    {
        World.Script.OnAfter = call =>
        {
            if (call.Route?.Name != "POST /repos/{owner}/{repo}/deployments") return Task.CompletedTask;
            foreach (var made in Web.Deployments.All.Where(d => d.Statuses.Count == 0).ToList())
                if (answer(made) is { } state) GitHubEmulator.Deployments.DeploymentListener.Post(made, state, description: description, environmentUrl: "https://web.example.com");
            return Task.CompletedTask;
        };
    }

    public void Fault(string on, FaultKind kind, int status = 500, int times = 1, int? retryAfter = null) =>
        World.Script.Add(new ScriptedFault { On = on, Kind = kind, Status = status, Times = times, RetryAfter = retryAfter });

    /// <summary>Awaits something while the clock goes on.</summary>
    public async Task<T> PassAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            // Yields to whoever works; the step is real and short, and nothing depends on its length.
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None));
            if (Time.NextTimer is { } next && next - Time.GetUtcNow() <= Waits) Time.AdvanceTo(next);
        }

        return await task;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        var problems = World.Description?.Problems ?? [];
        await Emulator.DisposeAsync();
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }
}

/// <summary>One deployment in a bed: planned, run to its end, and run on by another process where one was killed.</summary>
internal sealed class TargetRun(TargetBed bed, PlanRequest request)
{
    public MemoryJournal Journal { get; } = new();

    public Deployment State => Journal.State;

    public Task<PlanOutcome> PlanAsync() =>
        bed.PassAsync(bed.NewProcess().GetRequiredService<DeploymentPlanner>().PlanAsync(request, TestContext.Current.CancellationToken));

    public async Task BeginAsync()
    {
        var outcome = await PlanAsync();
        var plan = outcome is PlanOutcome.Planned planned ? planned.Plan : throw new InvalidOperationException(((PlanOutcome.Refused)outcome).Reason);
        var now = bed.Time.GetUtcNow();
        Journal.Begin(new Deployment
        {
            Id = DeploymentId.New(bed.Time), Key = request.Key, BuildId = "build", Commit = request.Commit, Version = request.Version,
            Digest = Build.DigestOf(request.Artifacts), Artifacts = request.Artifacts, Origin = Origin.Manual, RequestedBy = "kim", RequestedAt = now, PhaseSince = now,
        }.After(
            new DeploymentEvent.GatesEvaluated(now, DeploymentStates.Open, "policy-1", null, null),
            new DeploymentEvent.Started(now, DeploymentStates.Open, "policy-1", null, plan, request.KnownGood, RollsBack: bed.OnFailure == OnFailure.Rollback)));
    }

    /// <summary>Runs in a new process until it ends, stands still, or the token kills it.</summary>
    public async Task<Deployment> RunAsync(bool fresh = true, HttpMessageHandler? http = null, Action? whileAsleep = null, CancellationToken kill = default)
    {
        var runner = bed.NewProcess(http).GetRequiredService<DeploymentRunner>();
        try
        {
            while (true)
            {
                var end = await bed.PassAsync(runner.RunAsync(State, fresh, Journal, new RunSignals(kill, CancellationToken.None, CancellationToken.None)));
                if (end != RunEnd.Sleeping || kill.IsCancellationRequested) return State;
                whileAsleep?.Invoke();
                if (Journal.LookAgainAt is { } at && at > bed.Time.GetUtcNow()) bed.Time.AdvanceTo(at);
                fresh = false;
            }
        }
        catch (OperationCanceledException) when (kill.IsCancellationRequested)
        {
            return State;
        }
    }

    public async Task<Deployment> BeginAndRunAsync(Action? whileAsleep = null)
    {
        await BeginAsync();
        return await RunAsync(whileAsleep: whileAsleep);
    }
}
