using Towpath.Core.Deployments;
using Towpath.Testing;
using static Towpath.Testing.DeploymentStates;

namespace Towpath.Core.Tests.Deployments;

/// <summary>A started deployment of the plan unpack, switch, probe (rollback: switch-back, probe-back) with a runner, a journal and a clock.</summary>
internal sealed class RunnerScene : IDisposable
{
    private static readonly StepPolicy Policy = new(TimeSpan.FromMinutes(5), ErrorBudget: 2);

    private readonly Dictionary<string, ScriptedStep> _steps;
    private readonly HashSet<string> _missing = [];
    private DeploymentRunner _runner;

    public RunnerScene(params IReadOnlyList<(string Step, StepAction[] Actions)> scripts)
        : this(Policy, scripts)
    {
    }

    public RunnerScene(StepPolicy policy, params IReadOnlyList<(string Step, StepAction[] Actions)> scripts)
    {
        _steps = new[] { "unpack", "switch", "probe", "switch-back", "probe-back" }.ToDictionary(
            name => name, name => new ScriptedStep("test." + name, policy, scripts.FirstOrDefault(s => s.Step == name).Actions ?? []), StringComparer.Ordinal);
        var started = Requested().After(
            new DeploymentEvent.GatesEvaluated(Time.GetUtcNow(), Open, "policy-1", null, null),
            new DeploymentEvent.Started(Time.GetUtcNow(), Open, "policy-1", null, Plan(), KnownGood, RollsBack: true));
        Journal = new FakeJournal(started);
        _runner = Runner();
    }

    public VirtualTime Time { get; } = new();

    public FakeJournal Journal { get; }

    public CancellationTokenSource Stop { get; } = new();

    public CancellationTokenSource Drain { get; } = new();

    public CancellationTokenSource Cancel { get; } = new();

    public Deployment State => Journal.State;

    public string Written => string.Join(" ", Journal.Written);

    public int RunsOf(string step) => _steps[step].Runs;

    public void NodeLacks(string step)
    {
        _missing.Add(step);
        _runner = Runner();
    }

    public Task<RunEnd> RunAsync(bool fresh = true) => _runner.RunAsync(State, fresh, Journal, new RunSignals(Stop.Token, Drain.Token, Cancel.Token));

    /// <summary>As after a kill: another process goes on.</summary>
    public void Restart() => _runner = Runner();

    public static StepAction[] Returns(params IReadOnlyList<StepResult> results) =>
        [.. results.Select(result => new StepAction((_, _) => Task.FromResult(result)))];

    public static StepAction[] Does(params StepAction[] actions) => actions;

    private DeploymentRunner Runner() => new(new StepCatalog(_steps.Where(s => !_missing.Contains(s.Key)).Select(s => s.Value)), Time);

    public void Dispose()
    {
        Stop.Dispose();
        Drain.Dispose();
        Cancel.Dispose();
    }
}
