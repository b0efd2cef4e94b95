using Towpath.AwsEmulator.Ecs.Tasks;

namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>What is to happen to coming deployments and tasks.</summary>
public sealed class EcsScript
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Cluster, string Service), Queue<RolloutScript>> _rollouts = [];
    private readonly Dictionary<(string Cluster, string Service), RolloutScript> _everyRollout = [];
    private readonly Dictionary<(string Cluster, string Family), Queue<TaskScript>> _tasks = [];

    /// <summary>How deployments go of which nothing else was said.</summary>
    public RolloutScript UsualRollout { get; set; } = new();

    /// <summary>How one-off tasks go of which nothing else was said: they end with 0.</summary>
    public TaskScript UsualTask { get; set; } = TaskScript.Ends(0);

    /// <summary>How the next deployment of a service goes; said several times, it is about that many deployments.</summary>
    public void Rollout(string cluster, string service, RolloutScript script)
    {
        lock (_gate) Add(_rollouts, (cluster, service), script);
    }

    /// <summary>How every deployment of a service goes from now on, where no single one is scripted.</summary>
    public void EveryRollout(string cluster, string service, RolloutScript script)
    {
        lock (_gate) _everyRollout[(cluster, service)] = script;
    }

    /// <summary>How the next one-off task of a family goes.</summary>
    public void Task(string cluster, string family, TaskScript script)
    {
        lock (_gate) Add(_tasks, (cluster, family), script);
    }

    internal RolloutScript NextRollout(string cluster, string service)
    {
        lock (_gate)
        {
            return _rollouts.TryGetValue((cluster, service), out var scripts) && scripts.TryDequeue(out var next)
                ? next
                : _everyRollout.GetValueOrDefault((cluster, service), UsualRollout);
        }
    }

    internal TaskScript NextTask(string cluster, string family)
    {
        lock (_gate) return _tasks.TryGetValue((cluster, family), out var scripts) && scripts.TryDequeue(out var next) ? next : UsualTask;
    }

    private static void Add<T>(Dictionary<(string, string), Queue<T>> scripts, (string, string) key, T script)
    {
        if (!scripts.TryGetValue(key, out var queue)) scripts[key] = queue = new Queue<T>();
        queue.Enqueue(script);
    }
}
