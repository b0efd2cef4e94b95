using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>Lets a task live as its script says, and tells whoever started it.</summary>
public sealed class TaskLife
{
    private readonly EcsTask _task;
    private readonly TaskScript _script;
    private readonly Region _region;
    private Happening? _next;

    private TaskLife(EcsTask task, TaskScript script)
    {
        (_task, _script, _region) = (task, script, task.Cluster.Region);
    }

    public EcsTask Task => _task;

    /// <summary>It is healthy, or runs where it has no health to wait for.</summary>
    public Action<TaskLife>? BecameHealthy { get; set; }

    /// <summary>It stopped by itself; not told where <see cref="Stop"/> was asked for.</summary>
    public Action<TaskLife>? Failed { get; set; }

    /// <summary>It stopped because somebody asked for that.</summary>
    public Action? WasStopped { get; set; }

    /// <summary>Puts a task on its way.</summary>
    public static TaskLife Begin(EcsTask task, TaskScript script)
    {
        task.Cluster.Tasks.Add(task);
        var life = new TaskLife(task, script);
        task.Life = life;
        life._next = life.After(script.RunningAfter / 3, life.Pull);
        return life;
    }

    /// <summary>Somebody stops the task.</summary>
    public void Stop(string stopCode, string reason)
    {
        if (_task.Stopped || _task.DesiredStatus == "STOPPED") return;
        _next?.Dispose();
        var wasRunning = _task.Running;
        _task.DesiredStatus = "STOPPED";
        (_task.StopCode, _task.StoppedReason, _task.StoppingAt) = (stopCode, reason, _region.Now);
        _task.LastStatus = wasRunning ? "STOPPING" : "DEPROVISIONING";
        _task.Version++;
        _next = After(TimeSpan.FromMilliseconds(20), () =>
        {
            BeStopped(wasRunning ? 143 : null);
            WasStopped?.Invoke();
        });
    }

    private void Pull()
    {
        _task.LastStatus = "PENDING";
        _task.PullStartedAt = _region.Now;
        _next = After(_script.RunningAfter / 3, Start);
    }

    private void Start()
    {
        _task.PullStoppedAt = _region.Now;
        if (TaskStart.Refused(_task, _script) is { } refusal)
        {
            FailToStart(refusal);
            return;
        }
        _next = After(_script.RunningAfter / 3, Run);
    }

    private void Run()
    {
        _task.LastStatus = "RUNNING";
        _task.StartedAt = _region.Now;
        _task.Version++;
        foreach (var container in _task.Containers) container.LastStatus = "RUNNING";
        TaskLog.Write(_task, Ending, _script.LogLines);
        var healthy = _script.HealthyAfter;
        if (healthy is { } wait && (_script.EndsAfter is not { } end || wait < end)) _next = After(wait, BeHealthy);
        else if (_script.EndsAfter is { } runs) _next = After(runs, End);
    }

    private void BeHealthy()
    {
        _task.HealthStatus = "HEALTHY";
        if (_script.EndsAfter is { } end) _next = After(end - _script.HealthyAfter!.Value, End);
        BecameHealthy?.Invoke(this);
    }

    private void End()
    {
        _task.StopCode = _script.StopCode ?? "EssentialContainerExited";
        _task.StoppedReason = _script.StoppedReason ?? "Essential container in task exited";
        Ending.Reason = _script.ContainerReason;
        Ending.ExitCode = _script.ExitCode;
        _task.StoppingAt = _region.Now;
        BeStopped(143);
        Failed?.Invoke(this);
    }

    private void FailToStart((string Reason, TaskContainer? Container) refusal)
    {
        _task.StopCode = "TaskFailedToStart";
        _task.StoppedReason = refusal.Reason;
        _task.StoppingAt = _region.Now;
        if (refusal.Container is { } container) container.Reason = refusal.Reason;
        BeStopped(null);
        Failed?.Invoke(this);
    }

    private void BeStopped(int? exitCodeOfOthers)
    {
        _task.DesiredStatus = _task.LastStatus = "STOPPED";
        _task.HealthStatus = "UNKNOWN";
        _task.StoppedAt = _region.Now;
        _task.Version++;
        foreach (var container in _task.Containers)
        {
            container.LastStatus = "STOPPED";
            if (container != Ending || _task.StopCode != "EssentialContainerExited") container.ExitCode ??= exitCodeOfOthers;
        }
    }

    private TaskContainer Ending =>
        _task.Containers.FirstOrDefault(container => container.Name == _script.Container)
        ?? _task.Containers.FirstOrDefault(container => TaskDefinitions.TaskDefinitionRules.IsEssential(container.Definition))
        ?? _task.Containers[0];

    private Happening After(TimeSpan delay, Action what) => _region.Estate.Timeline.After(delay, what);
}
