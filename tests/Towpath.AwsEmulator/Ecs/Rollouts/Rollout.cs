using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>
/// One deployment of a service on its way through the stages of its strategy. It ends in success, stopped, or back on the
/// revision before. Whoever ends it first has ended it: what was still scheduled is called off.
/// </summary>
public sealed class Rollout(ServiceDeployment made, Deployment deployment, RolloutScript script)
{
    private readonly EcsService _service = made.Service;
    private readonly List<Happening> _scheduled = [];
    private readonly TimeSpan _instant = TimeSpan.FromMilliseconds(10);
    private int _stage = -1;
    private LifecycleHooks? _hooks;

    public ServiceDeployment Made => made;

    internal Deployment Deployment => deployment;

    internal RolloutScript Script => script;

    public void Begin()
    {
        made.BreakerStatus = made.Breaker is null ? "DISABLED" : "MONITORING";
        made.AlarmStatus = made.Alarms is null ? "DISABLED" : "MONITORING";
        OtherPeople.Schedule(this, made, script);
        After(script.PendingFor, () =>
        {
            made.Become("IN_PROGRESS");
            if (WatchedAlarm() is { } alarm) AlarmTripped(alarm);
            else Next();
        });
    }

    /// <summary>An alarm that the service watches went off.</summary>
    public void AlarmTripped(string alarm)
    {
        if (made.Status != "IN_PROGRESS" || made.Alarms is not { } alarms || !alarms.Strings("alarmNames").Contains(alarm)) return;
        made.TriggeredAlarms.Add(alarm);
        made.AlarmStatus = "TRIGGERED";
        Fail(Failure.Alarm(alarms.Flag("rollback")));
    }

    /// <summary>Somebody asks to stop it.</summary>
    public void StopByHand(string stopType)
    {
        CallOff();
        deployment.Fleet?.Halt();
        if (stopType == "ABORT")
        {
            made.Become("STOP_REQUESTED", "Service deployment stopped by user request.");
            deployment.Roll("FAILED", $"ECS deployment {deployment.Id} stopped.");
            After(_instant, () => End("STOPPED"));
            return;
        }
        made.Become("ROLLBACK_REQUESTED", Failure.ByHand.Reason);
        After(_instant, () => Fail(Failure.ByHand));
    }

    /// <summary>Another deployment takes its place.</summary>
    public void Supersede()
    {
        CallOff();
        deployment.Fleet?.Halt();
        made.Become("STOP_REQUESTED", "Service deployment stopped because a newer service deployment was started.");
        After(_instant, () => made.Become("STOPPED"));
        _service.Rollout = null;
    }

    /// <summary>Lets go on from a hook that waits.</summary>
    internal void Continue(string hookId, bool rollBack)
    {
        if (_hooks?.Answer(hookId) is not true) throw EcsFaults.Invalid($"The lifecycle hook {hookId} is not waiting for an action.");
        var stage = Stages.Of(made)[_stage];
        if (rollBack) Fail(Failure.Hook(stage));
        else if (!_hooks.Waits) Work(stage);
    }

    internal void Fail(Failure failure)
    {
        CallOff();
        deployment.Fleet?.Halt();
        _service.Say($"(service {_service.Name}) (deployment {deployment.Id}) deployment failed: {failure.Event}");
        deployment.Roll("FAILED", failure.Classic);
        if (failure.RollsBack) new Rollback(this, failure).Begin();
        else End("STOPPED", failure.Reason.Replace("rolled back", "stopped", StringComparison.Ordinal));
    }

    internal void End(string status, string? reason = null)
    {
        CallOff();
        made.Become(status, reason);
        if (_service.Rollout == this) _service.Rollout = null;
    }

    internal void After(TimeSpan delay, Action what) => _scheduled.Add(_service.Region.Estate.Timeline.After(delay, what));

    private void Next()
    {
        var stages = Stages.Of(made);
        if (++_stage == stages.Count)
        {
            Succeed();
            return;
        }
        var stage = stages[_stage];
        if (made.Strategy != "ROLLING" && stage != "PRE_PRODUCTION_TRAFFIC_SHIFT") made.Stage = stage;
        _hooks = LifecycleHooks.At(this, stage);
        if (_hooks.Failed) Fail(Failure.Hook(stage));
        else if (_hooks.Waits) made.Stage = stage;
        else Work(stage);
    }

    /// <summary>What a stage is for, after its hooks.</summary>
    internal void Work(string stage)
    {
        switch (stage)
        {
            case "SCALE_UP": ScaleUp(); break;
            case "TEST_TRAFFIC_SHIFT": made.TestTraffic = 100; After(script.StageTakes, Next); break;
            case "PRODUCTION_TRAFFIC_SHIFT": Shift(Stages.Shares(made).ToList(), 0); break;
            case "BAKE_TIME": After(script.Minute * (made.Configuration.Fraction("bakeTimeInMinutes") ?? 0), Next); break;
            case "CLEAN_UP": CleanUp(); break;
            default: After(made.Strategy == "ROLLING" ? TimeSpan.Zero : script.StageTakes, Next); break;
        }
    }

    private void ScaleUp()
    {
        var fleet = deployment.Fleet = new TaskFleet(deployment, script);
        fleet.AllHealthy = () =>
        {
            fleet.AllHealthy = null;
            After(TimeSpan.Zero, Next);
        };
        fleet.TaskFailed = Count;
        fleet.Fill();
    }

    private void Count(EcsTask task)
    {
        made.FailureCount = deployment.FailedTasks;
        if (made.Breaker is not { } breaker || made.FailureCount < made.Threshold || deployment.Fleet!.Healthy > 0) return;
        made.BreakerStatus = "TRIGGERED";
        Fail(Failure.Breaker(breaker.Flag("rollback")));
    }

    private void Shift(IReadOnlyList<(double Percent, double Minutes)> shares, int at)
    {
        made.ProductionTraffic = shares[at].Percent;
        if (at == shares.Count - 1) After(script.StageTakes, Next);
        else After(script.Minute * shares[at].Minutes, () => Shift(shares, at + 1));
    }

    private void CleanUp()
    {
        foreach (var older in _service.Deployments.Where(each => each != deployment)) older.Fleet?.Drain();
        After(script.StageTakes, Next);
    }

    private void Succeed()
    {
        _service.Deployments.RemoveAll(each => each != deployment);
        _service.Completed = made.Target;
        (made.TestTraffic, made.ProductionTraffic) = (100, 100);
        deployment.Roll("COMPLETED", $"ECS deployment {deployment.Id} completed.");
        _service.Say($"(service {_service.Name}) (deployment {deployment.Id}) deployment completed.");
        _service.Say($"(service {_service.Name}) has reached a steady state.");
        End("SUCCESSFUL");
    }

    private string? WatchedAlarm() =>
        made.Alarms?.Strings("alarmNames").FirstOrDefault(name => _service.Region.Alarms.Find(name)?.State == "ALARM");

    private void CallOff()
    {
        foreach (var happening in _scheduled) happening.Dispose();
        _scheduled.Clear();
    }
}
