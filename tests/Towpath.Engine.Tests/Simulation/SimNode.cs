using Microsoft.Extensions.Logging.Abstractions;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>One start of one process that runs the real engine over the simulated store and world.</summary>
internal sealed class SimNode : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _drain = new();

    public SimNode(SimulationRun run, string name)
    {
        Process = new SimProcess(run.Scheduler, name);
        Store = new ProcessStore(run.Store, run.Scheduler, Process, run.Faults, run.Feeds);
        var services = new ServiceCollection();
        services.AddSingleton<IStore>(Store).AddSingleton(Process.Time).AddSingleton(new OperatorLimits());
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<ITarget, ModelTarget>();
        services.AddSingleton<IStep>(new PrepareStep(run.Scheduler, run.StepFaults));
        services.AddSingleton<IStep>(new SwitchStep(run.Scheduler, run.StepFaults, run.World, Process));
        services.AddSingleton<IStep>(new ProbeStep(run.Scheduler, run.StepFaults, run.World, Process));
        services.AddTowpathEngine(new EngineOptions { NodeName = name, Slots = 4, Recurring = false, Reap = TimeSpan.FromSeconds(2) });
        _services = services.BuildServiceProvider();
    }

    public SimProcess Process { get; }

    public ProcessStore Store { get; }

    public Task Running { get; private set; } = Task.CompletedTask;

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public void Start() => Process.Post(_ => Running = Get<WorkNode>().RunAsync(_drain.Token), null);

    /// <summary>As on SIGTERM.</summary>
    public void Drain() => Process.Post(_ => _drain.Cancel(), null);

    public void Dispose()
    {
        Process.Kill();
        _drain.Dispose();
    }
}
