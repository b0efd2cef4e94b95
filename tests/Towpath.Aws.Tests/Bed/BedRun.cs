using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.Testing;

namespace Towpath.Aws.Tests.Bed;

/// <summary>One deployment in a bed: planned, run to its end, and run on by another process where one was killed.</summary>
internal sealed class BedRun(AwsBed bed, PlanRequest request)
{
    public MemoryJournal Journal { get; } = new();

    public Deployment State => Journal.State;

    public Task<PlanOutcome> PlanAsync() =>
        bed.PassAsync(bed.NewProcess().GetRequiredService<DeploymentPlanner>().PlanAsync(request, TestContext.Current.CancellationToken));

    /// <summary>Plans and writes the start.</summary>
    public async Task BeginAsync()
    {
        var outcome = await PlanAsync();
        Begin(outcome is PlanOutcome.Planned planned ? planned.Plan : throw new InvalidOperationException(((PlanOutcome.Refused)outcome).Reason));
    }

    /// <summary>Writes the start with a plan that was made before.</summary>
    public void Begin(Plan plan)
    {
        var now = bed.Time.GetUtcNow();
        Journal.Begin(new Deployment
        {
            Id = DeploymentId.New(bed.Time),
            Key = request.Key,
            BuildId = "build",
            Commit = request.Commit,
            Version = request.Version,
            Digest = Build.DigestOf(request.Artifacts),
            Artifacts = request.Artifacts,
            Origin = Origin.Manual,
            RequestedBy = "kim",
            RequestedAt = now,
            PhaseSince = now,
        }.After(
            new DeploymentEvent.GatesEvaluated(now, DeploymentStates.Open, "policy-1", null, null),
            new DeploymentEvent.Started(now, DeploymentStates.Open, "policy-1", null, plan, request.KnownGood, RollsBack: true)));
    }

    /// <summary>Runs in a new process until it ends, stands still, or the token kills it.</summary>
    /// <param name="fresh">False where an earlier process began the current step.</param>
    /// <param name="http">The process's way to AWS.</param>
    /// <param name="kill">Stops everything that runs in the process.</param>
    public async Task<Deployment> RunAsync(bool fresh = true, HttpMessageHandler? http = null, CancellationToken kill = default)
    {
        try
        {
            return await RunInAsync(bed.NewProcess(http).GetRequiredService<DeploymentRunner>(), fresh, kill);
        }
        catch (OperationCanceledException) when (kill.IsCancellationRequested)
        {
            return State;
        }
    }

    /// <summary>Runs in a process that dies at its n-th call, and then in another one to the end.</summary>
    public async Task<Deployment> RunWithKillAsync(int call, bool before)
    {
        using var kill = new CancellationTokenSource();
        using var http = new KillingHttp(call, before, kill);
        await RunAsync(fresh: true, http, kill.Token);
        return await RunAsync(fresh: false);
    }

    /// <summary>Runs in a process beside others until it sleeps or ends, from the instant at which it wants to be looked at.</summary>
    public Task<RunEnd> LookAsync(DeploymentRunner runner)
    {
        if (Journal.LookAgainAt is { } at && at > bed.Time.GetUtcNow()) bed.Time.AdvanceTo(at);
        return bed.PassAsync(runner.RunAsync(State, fresh: false, Journal, new RunSignals(CancellationToken.None, CancellationToken.None, CancellationToken.None)));
    }

    private async Task<Deployment> RunInAsync(DeploymentRunner runner, bool fresh, CancellationToken kill)
    {
        while (true)
        {
            var end = await bed.PassAsync(runner.RunAsync(State, fresh, Journal, new RunSignals(kill, CancellationToken.None, CancellationToken.None)));
            if (end != RunEnd.Sleeping || kill.IsCancellationRequested) return State;
            if (Journal.LookAgainAt is { } at && at > bed.Time.GetUtcNow()) bed.Time.AdvanceTo(at);
            fresh = false;
        }
    }

    public async Task<Deployment> BeginAndRunAsync()
    {
        await BeginAsync();
        return await RunAsync();
    }
}
