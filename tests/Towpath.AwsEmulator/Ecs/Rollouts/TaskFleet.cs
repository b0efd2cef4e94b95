using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Ecs.Tasks;

namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>Keeps the tasks of one deployment at their number: starts them, replaces those that stop, stops those too many.</summary>
public sealed class TaskFleet(Deployment deployment, RolloutScript script)
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromMilliseconds(1);
    private readonly EcsService _service = deployment.Revision.Service;
    private readonly List<TaskLife> _lives = [];
    private int _started;
    private int _failures;
    private bool _halted;

    public int Running => _lives.Count(life => life.Task.Running);

    public int Pending => _lives.Count(life => !life.Task.Stopped && !life.Task.Running && life.Task.DesiredStatus == "RUNNING");

    public int Healthy => _lives.Count(life => life.Task.Running && life.Task.HealthStatus == "HEALTHY");

    /// <summary>As many tasks as wanted are healthy.</summary>
    public Action? AllHealthy { get; set; }

    /// <summary>A task stopped by itself.</summary>
    public Action<EcsTask>? TaskFailed { get; set; }

    /// <summary>Brings the number of tasks to the deployment's desired count.</summary>
    public void Fill()
    {
        if (_halted) return;
        Forget();
        var missing = deployment.DesiredCount - _lives.Count;
        if (missing > 0) Start(missing);
        else if (missing < 0) Stop(_lives.Take(-missing).ToList(), $"Scaling activity initiated by (deployment {deployment.Id})");
        if (deployment.DesiredCount <= Healthy) AllHealthy?.Invoke();
    }

    /// <summary>Starts no more tasks; those that run, run on.</summary>
    public void Halt()
    {
        _halted = true;
        (AllHealthy, TaskFailed) = (null, null);
    }

    /// <summary>Starts tasks again.</summary>
    public void Resume() => _halted = false;

    /// <summary>Stops everything.</summary>
    public void Drain()
    {
        Halt();
        deployment.DesiredCount = 0;
        Forget();
        Stop(_lives.ToList(), $"Scaling activity initiated by (deployment {_service.Deployments[0].Id})");
    }

    private void Start(int count)
    {
        var begun = Enumerable.Range(0, count).Select(_ => Begin()).ToList();
        _service.Say($"(service {_service.Name}) has started {count} tasks: {string.Join(' ', begun.Select(life => $"(task {life.Task.Id})"))}.");
    }

    private TaskLife Begin()
    {
        var task = new EcsTask(_service.Cluster, deployment.Revision.Definition, null)
        {
            Group = $"service:{_service.Name}", StartedBy = deployment.Id, LaunchType = _service.LaunchType,
        };
        var fares = script.FirstTasks is { } first && _started >= first ? new TaskScript() : script.Tasks;
        _started++;
        var life = TaskLife.Begin(task, fares);
        life.BecameHealthy = _ => Count();
        life.Failed = Fail;
        life.WasStopped = Fill;
        _lives.Add(life);
        deployment.Touch();
        return life;
    }

    private void Count()
    {
        deployment.FailedTasks = 0;
        deployment.Touch();
        _failures = 0;
        if (Healthy >= deployment.DesiredCount) AllHealthy?.Invoke();
    }

    private void Fail(TaskLife life)
    {
        deployment.FailedTasks++;
        deployment.Touch();
        _failures++;
        if (_failures % 10 == 0)
            _service.Say($"(service {_service.Name}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.");
        TaskFailed?.Invoke(life.Task);
        if (!_halted) _service.Region.Estate.Timeline.After(NextTry(), Fill);
    }

    /// <summary>Never at once: time would not get past a task that fails at once.</summary>
    private TimeSpan NextTry()
    {
        var wait = script.RetryAfter * Math.Pow(2, Math.Min(_failures - 1, 20));
        return wait > LongestRetry ? LongestRetry : wait < ShortestRetry ? ShortestRetry : wait;
    }

    private void Stop(List<TaskLife> lives, string reason)
    {
        if (lives.Count == 0) return;
        foreach (var life in lives) life.Stop("ServiceSchedulerInitiated", reason);
        _service.Say($"(service {_service.Name}) has stopped {lives.Count} running tasks: {string.Join(' ', lives.Select(life => $"(task {life.Task.Id})"))}.");
    }

    private void Forget() => _lives.RemoveAll(life => life.Task.Stopped || life.Task.DesiredStatus == "STOPPED");
}
