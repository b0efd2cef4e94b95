using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>The hooks of one stage. Lambda hooks answer at once; a PAUSE waits for ContinueServiceDeployment or its time limit.</summary>
internal sealed class LifecycleHooks
{
    private readonly List<LifecycleHook> _waiting = [];

    public bool Failed { get; private set; }

    public bool Waits => _waiting.Count > 0;

    /// <summary>Comes to the hooks of a stage.</summary>
    public static LifecycleHooks At(Rollout rollout, string stage)
    {
        var hooks = new LifecycleHooks();
        if (rollout.Script.WithoutHooks) return hooks;
        foreach (var configured in rollout.Made.Configuration.Items("lifecycleHooks"))
            if (configured.Strings("lifecycleStages").Contains(stage)) hooks.Meet(rollout, stage, configured);
        return hooks;
    }

    /// <summary>Somebody answers a PAUSE. False where it was not waiting.</summary>
    public bool Answer(string hookId)
    {
        if (_waiting.Find(hook => hook.Id == hookId) is not { } hook) return false;
        hook.Status = "SUCCEEDED";
        _waiting.Remove(hook);
        return true;
    }

    private void Meet(Rollout rollout, string stage, System.Text.Json.Nodes.JsonObject configured)
    {
        var pauses = configured.Text("targetType") == "PAUSE";
        var limit = configured.Member("timeoutConfiguration");
        var minutes = limit?.Number("timeoutInMinutes");
        var hook = new LifecycleHook
        {
            TargetType = pauses ? "PAUSE" : "AWS_LAMBDA",
            TargetArn = configured.Text("hookTargetArn"),
            ExpiresAt = pauses && minutes is { } time ? rollout.Made.Service.Region.Now + (rollout.Script.Minute * time) : null,
            TimeoutAction = pauses ? limit?.Text("action") ?? "ROLLBACK" : null,
        };
        rollout.Made.Hooks.Add(hook);
        if (!pauses)
        {
            var fails = rollout.Script.FailingHook == stage;
            hook.Status = fails ? "FAILED" : "SUCCEEDED";
            Failed |= fails;
            return;
        }
        _waiting.Add(hook);
        if (hook.ExpiresAt is not null) rollout.After(rollout.Script.Minute * minutes!.Value, () => TimeOut(rollout, stage, hook));
    }

    private void TimeOut(Rollout rollout, string stage, LifecycleHook hook)
    {
        if (!_waiting.Remove(hook)) return;
        hook.Status = "TIMED_OUT";
        if (hook.TimeoutAction == "ROLLBACK") rollout.Fail(Failure.Hook(stage));
        else if (!Waits) rollout.Work(stage);
    }
}
