using Towpath.Cli.Client;
using Towpath.Cli.Output;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Gates;
using Towpath.Core.Targets;

namespace Towpath.Cli.Standalone;

/// <summary>Runs one deployment here and now. What an earlier call left half-way is brought to its end first.</summary>
internal sealed class StandaloneDeployment(DeployRequest request, IServiceProvider services, Terminal terminal, TimeProvider time)
{
    private readonly string _user = User.Name;

    /// <summary>What would be done, without doing or recording anything.</summary>
    public async Task<Answer<PlanView>> PlanAsync(CancellationToken cancellationToken)
    {
        var resolved = await Sources.ResolveAsync(request, cancellationToken);
        if (!resolved.Is(out var artifacts, out var failure)) return new Answer<PlanView>(null, failure);
        var last = JournalFile.ReadLast(request.Journal, request.Key);
        if (last is { Deployment.Phase: var phase } && !phase.IsTerminal())
            terminal.Warn($"an interrupted deployment of {last.Deployment.Version} would be brought to its end first");
        return await PlanOfAsync(artifacts, last, cancellationToken) switch
        {
            PlanOutcome.Planned planned => await PreviewAsync(artifacts, last, planned.Plan, cancellationToken),
            PlanOutcome.Refused refused => new Answer<PlanView>(null, Refused(refused)),
            var other => throw new InvalidOperationException(other.GetType().Name),
        };
    }

    private async Task<Answer<PlanView>> PreviewAsync(IReadOnlyList<Artifact> artifacts, JournalLine? last, Plan plan, CancellationToken cancellationToken) =>
        await services.GetRequiredService<TargetQuestions>().PreviewAsync(Request(artifacts, last), cancellationToken) switch
        {
            PreviewResult.Refused refused => new Answer<PlanView>(null, new Failure(ExitCodes.Of(refused.Kind), "plan_refused", refused.Reason)),
            var previewed => new Answer<PlanView>(Views.Of(request, artifacts, last?.KnownGood, (previewed as PreviewResult.Previewed)?.Differences, plan), null),
        };

    public async Task<Answer<DeployView>> RunAsync(CancellationToken cancellationToken)
    {
        using var file = JournalFile.TryOpen(request.Journal, request.Key);
        if (file is null)
            return new Answer<DeployView>(null, new Failure(
                ExitCodes.Technical, "busy", $"another `towpath deploy` works on {request.Key} (its journal is locked)", "wait for it to end, then call again"));
        await using var hosts = await Hosting.StartAsync(services.GetServices<ITargetHost>(), request, terminal, cancellationToken);
        var journal = new FileJournal(file, (step, text) => terminal.Progress($"{step}: {text}"));
        var resumed = await FinishInterruptedAsync(journal, file.Path, cancellationToken);
        if (resumed is { } earlier && (!earlier.Phase.IsTerminal() || await IsThisOneAsync(earlier, cancellationToken))) return new Answer<DeployView>(earlier, null);
        return await BeginAsync(journal, file.Path, resumed, cancellationToken);
    }

    private ArtifactResolution Sources => new(services.GetServices<IArtifactSource>());

    private async Task<DeployView?> FinishInterruptedAsync(FileJournal journal, string path, CancellationToken cancellationToken)
    {
        if (journal.Last?.Deployment is not { } last || last.Phase.IsTerminal()) return null;
        terminal.Progress($"{request.Key} {last.Version}: was interrupted while {Words.Of(last.Phase)}; going on from there");
        if (last.Phase == Phase.NeedsAttention) last = await WriteAsync(journal, last, new DeploymentEvent.Retried(time.GetUtcNow(), _user), cancellationToken);
        // Killed before it had started: nothing was done yet, and what to do is decided anew.
        if (last.Phase is Phase.Waiting or Phase.Queued)
            last = await WriteAsync(journal, last, new DeploymentEvent.CancelRequested(time.GetUtcNow(), _user, "interrupted before it started"), cancellationToken);
        return Views.Of(await RunStepsAsync(journal, last, fresh: false, cancellationToken), journal.Last, path);
    }

    /// <summary>The interrupted deployment was this very call's, so that its end is the answer.</summary>
    private async Task<bool> IsThisOneAsync(DeployView earlier, CancellationToken cancellationToken) =>
        earlier.Phase != Phase.Cancelled && string.Equals(earlier.Version, request.Version, StringComparison.Ordinal)
        && await Sources.ResolveAsync(request, cancellationToken) is { Value: { } artifacts } && Build.DigestOf(artifacts) == earlier.Digest;

    private async Task<Answer<DeployView>> BeginAsync(FileJournal journal, string path, DeployView? resumed, CancellationToken cancellationToken)
    {
        var resolved = await Sources.ResolveAsync(request, cancellationToken);
        if (!resolved.Is(out var artifacts, out var failure)) return new Answer<DeployView>(null, failure);
        var (gates, closed) = Gates(Build.DigestOf(artifacts));
        if (closed is not null) return new Answer<DeployView>(null, closed);
        var planned = await PlanOfAsync(artifacts, journal.Last, cancellationToken);
        if (planned is PlanOutcome.Refused refused) return new Answer<DeployView>(null, Refused(refused));
        var started = await StartAsync(journal, artifacts, gates, ((PlanOutcome.Planned)planned).Plan, cancellationToken);
        var ended = await RunStepsAsync(journal, started, fresh: true, cancellationToken);
        return new Answer<DeployView>(Views.Of(ended, journal.Last, path) with { Resumed = resumed, BreakGlass = request.BreakGlass }, null);
    }

    private const string PassOver = "pass it over with --break-glass --reason …, which is recorded";

    private (GateResult Gates, Failure? Closed) Gates(Digest digest)
    {
        var gates = StandaloneGates.Evaluate(request, digest, _user, time.GetUtcNow());
        if (gates.IsOpen) return (gates, null);
        if (request.BreakGlass is { } reason) return (StandaloneGates.BrokenGlass(gates, _user, reason), null);
        return (gates, Closed(gates) with { Gates = gates });
    }

    private Failure Closed(GateResult gates) => GateWords.IsMatterOfTime(gates)
        ? new Failure(ExitCodes.NotAllowed, "gates_closed", $"{request.Key} waits for {GateWords.WaitsFor(gates)}", $"call again then, or {PassOver}")
        : new Failure(ExitCodes.NotAllowed, "gates_closed", $"the policy of {request.Key} asks for more than a call without a control plane can show", $"promote it through the control plane, or {PassOver}");

    private async Task<Deployment> StartAsync(FileJournal journal, IReadOnlyList<Artifact> artifacts, GateResult gates, Plan plan, CancellationToken cancellationToken)
    {
        var knownGood = journal.Last?.KnownGood;
        var requested = journal.Begin(DeploymentMachine.Request(Requested(artifacts)));
        var policy = PolicyRevision.Of(request.Environment);
        var queued = await WriteAsync(journal, requested, new DeploymentEvent.GatesEvaluated(time.GetUtcNow(), gates, policy, request.Configuration.Source, plan.Capability), cancellationToken);
        terminal.Progress($"{request.Key} {request.Version}: {artifacts.Count} artifact(s), {plan.Steps.Count} steps{(knownGood is null || plan.OnlyUndoes ? "; nothing is known to roll back to" : $"; would roll back to {knownGood.Version}")}");
        return await WriteAsync(
            journal, queued, new DeploymentEvent.Started(time.GetUtcNow(), gates, policy, request.Configuration.Source, plan, knownGood, request.Environment.OnFailure == OnFailure.Rollback), cancellationToken);
    }

    private Deployment Requested(IReadOnlyList<Artifact> artifacts) => new()
    {
        Id = DeploymentId.New(time),
        Key = request.Key,
        BuildId = "",
        Commit = request.Commit ?? "",
        Version = request.Version,
        Digest = Build.DigestOf(artifacts),
        Artifacts = artifacts,
        Origin = Origin.Manual,
        RequestedBy = _user,
        RequestedAt = time.GetUtcNow(),
        Reason = request.BreakGlass is { } reason ? $"break-glass: {reason}" : null,
    };

    private Task<PlanOutcome> PlanOfAsync(IReadOnlyList<Artifact> artifacts, JournalLine? last, CancellationToken cancellationToken) =>
        services.GetRequiredService<DeploymentPlanner>().PlanAsync(Request(artifacts, last), cancellationToken);

    private PlanRequest Request(IReadOnlyList<Artifact> artifacts, JournalLine? last) => new(
        request.Key, request.Environment, request.Version, request.Commit ?? "", artifacts, last?.KnownGood, last?.KnownGoodArtifacts ?? [], request.Application.Repository);

    /// <summary>Runs until it has ended; what a step wants to wait for is waited for here.</summary>
    private async Task<Deployment> RunStepsAsync(FileJournal journal, Deployment deployment, bool fresh, CancellationToken cancellationToken)
    {
        var runner = services.GetRequiredService<DeploymentRunner>();
        while (true)
        {
            var end = await runner.RunAsync(deployment, fresh, journal, new RunSignals(cancellationToken, cancellationToken, CancellationToken.None));
            var now = journal.Last ?? throw new InvalidOperationException("a deployment that ran has a journal");
            if (end == RunEnd.HandedOver) cancellationToken.ThrowIfCancellationRequested();
            if (end != RunEnd.Sleeping) return now.Deployment;
            var wait = (now.LookAgainAt ?? time.GetUtcNow()) - time.GetUtcNow();
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
            (deployment, fresh) = (now.Deployment, false);
        }
    }

    private static async Task<Deployment> WriteAsync(FileJournal journal, Deployment before, DeploymentEvent happened, CancellationToken cancellationToken)
    {
        var decision = DeploymentMachine.Apply(before, happened);
        if (decision is not Next next) throw new InvalidOperationException($"{happened.Name}: {((Core.Deployments.Refused)decision).Reason}");
        await journal.WriteAsync(before, next, cancellationToken);
        return next.Deployment;
    }

    private static Failure Refused(PlanOutcome.Refused refused) => new(ExitCodes.Of(refused.Kind), "plan_refused", refused.Reason);
}
