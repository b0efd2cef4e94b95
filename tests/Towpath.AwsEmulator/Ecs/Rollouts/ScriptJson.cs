using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>Scripts of deployments and tasks as JSON: names as in the records, durations as milliseconds with Ms at the end.</summary>
internal static class ScriptJson
{
    private static readonly string[] RolloutMembers =
    [
        "cluster", "service", "every", "kind", "exitCode", "logLines", "words", "afterMs", "alarm", "by", "stopType", "pendingForMs", "firstTasks", "retryAfterMs",
        "rollbackTakesMs", "rollbackFails", "hiddenFromList", "staleDescribes", "stageTakesMs", "minuteMs", "failingHook", "tasks",
    ];

    private static readonly string[] TaskMembers =
    [
        "cluster", "family", "runningAfterMs", "healthyAfterMs", "endsAfterMs", "exitCode", "container", "stoppedReason", "stopCode", "containerReason",
        "logLines", "cannotPull",
    ];

    public static RolloutScript Rollout(JsonObject json)
    {
        CheckMembers(json, RolloutMembers);
        var script = OfKind(json);
        return script with
        {
            PendingFor = Time(json, "pendingForMs") ?? script.PendingFor,
            Tasks = json.Member("tasks") is { } tasks ? Task(tasks) : script.Tasks,
            FirstTasks = json.Number("firstTasks"),
            RetryAfter = Time(json, "retryAfterMs") ?? script.RetryAfter,
            RollbackTakes = Time(json, "rollbackTakesMs") ?? script.RollbackTakes,
            RollbackFails = json.Flag("rollbackFails"),
            HiddenFromList = json.Number("hiddenFromList") ?? 0,
            StaleDescribes = json.Number("staleDescribes") ?? 0,
            StageTakes = Time(json, "stageTakesMs") ?? script.StageTakes,
            Minute = Time(json, "minuteMs") ?? script.Minute,
            FailingHook = json.Text("failingHook"),
        };
    }

    public static TaskScript Task(JsonObject json)
    {
        CheckMembers(json, TaskMembers);
        var usual = json["exitCode"] is null && json["endsAfterMs"] is null ? new TaskScript() : TaskScript.Ends(0);
        return usual with
        {
            RunningAfter = Time(json, "runningAfterMs") ?? usual.RunningAfter,
            HealthyAfter = Time(json, "healthyAfterMs") ?? usual.HealthyAfter,
            EndsAfter = Time(json, "endsAfterMs") ?? usual.EndsAfter,
            ExitCode = json.Number("exitCode") ?? usual.ExitCode,
            Container = json.Text("container"),
            StoppedReason = json.Text("stoppedReason"),
            StopCode = json.Text("stopCode"),
            ContainerReason = json.Text("containerReason"),
            LogLines = json.Strings("logLines"),
            CannotPull = json.Text("cannotPull"),
        };
    }

    private static RolloutScript OfKind(JsonObject json)
    {
        var after = Time(json, "afterMs") ?? TimeSpan.FromMilliseconds(150);
        return json.Text("kind") switch
        {
            null or "healthy" => RolloutScript.Healthy(Time(json, "afterMs")),
            "crashes" => RolloutScript.Crashes(json.Number("exitCode") ?? 1, [.. json.Strings("logLines")]),
            "cannotPull" => RolloutScript.CannotPull(json.Text("words") ?? "image not found"),
            "hangs" => RolloutScript.Hangs(),
            "alarmed" => RolloutScript.Alarmed(after, json.Text("alarm")),
            "superseded" => RolloutScript.Superseded(after, json.Text("by")),
            "stopped" => RolloutScript.Stopped(after, json.Text("stopType") ?? "ROLLBACK"),
            var kind => throw new FormatException($"There is no kind of rollout '{kind}'."),
        };
    }

    private static TimeSpan? Time(JsonObject json, string name) => json.Fraction(name) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static void CheckMembers(JsonObject json, string[] known)
    {
        foreach (var (name, _) in json)
            if (!known.Contains(name)) throw new FormatException($"A script has no member '{name}'.");
    }
}
