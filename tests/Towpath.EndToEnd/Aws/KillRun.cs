using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Towpath.AwsEmulator.Calling;

namespace Towpath.EndToEnd.Aws;

/// <summary>A deployment that is killed at one of its calls.</summary>
/// <param name="Begin">A fresh world, with what ran before.</param>
/// <param name="Arguments">How it is deployed.</param>
/// <param name="State">What is left, with how much was made on the way.</param>
internal sealed record KillScenario(Func<Task<AwsScene>> Begin, string[] Arguments, Func<AwsScene, string> State);

/// <param name="Call">Which call: service and operation.</param>
/// <param name="Time">The how-manieth of them in the deployment, from 1. Among all calls it has no place: how often is looked in between depends on the machine.</param>
/// <param name="After">After its effect and before its answer; else before it arrives.</param>
internal readonly record struct KillPoint(string Call, int Time, bool After)
{
    public override string ToString() => $"{(After ? "after" : "before")} {Call} for the {Time}. time";
}

/// <param name="ExitCode">Of the call that came to the end.</param>
/// <param name="Ended">How the deployment ended, in words.</param>
/// <param name="State">What is left.</param>
/// <param name="Calls">Which calls it made, where it was not to be killed. Those that were throttled are not among them: they had no effect before which or after which to be killed.</param>
/// <param name="Killed">Whether it was killed on the way.</param>
internal sealed record KillOutcome(int ExitCode, string Ended, string State, IReadOnlyList<string> Calls, bool Killed)
{
    public string Told => $"exit code {ExitCode}, {Ended}; {State}";
}

/// <summary>Runs one scenario with the real program: SIGKILL by the emulator's hook, then the same call again.</summary>
internal sealed class KillRun(KillScenario scenario)
{
    /// <param name="at">Where it is killed; null for not at all.</param>
    public async Task<KillOutcome> RunAsync(KillPoint? at)
    {
        await using var scene = await scenario.Begin();
        var calls = new ConcurrentQueue<string>();
        // Where it came to its end without reaching that call, its own end counts.
        var whole = at is { } point ? await KillAsync(scene, point) : null;
        if (at is null)
            scene.Emulator.Script.OnBefore = call =>
            {
                calls.Enqueue(Name(call));
                return Task.CompletedTask;
            };
        var ran = whole ?? await scene.RunAsync([.. scenario.Arguments, "--json"]);
        return new KillOutcome(
            ran.ExitCode, Ended(ran), scenario.State(scene), [.. calls], at is not null && whole is null);
    }

    /// <returns>Null where it was killed; else how it ended.</returns>
    private async Task<Ran?> KillAsync(AwsScene scene, KillPoint point)
    {
        var (calls, killed) = (0, false);
        var started = new TaskCompletionSource<Process>();
        var hit = new HashSet<int>();
        async Task Hook(EmulatorCall call, bool after)
        {
            if (!after) lock (hit) if (Name(call) == point.Call && ++calls == point.Time) hit.Add(call.Number);
            lock (hit) if (!hit.Contains(call.Number) || after != point.After) return;
            (await started.Task).Kill();
            killed = true;
            // The dead process's call is not answered, and one that had not arrived has no effect.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Aborted);
        }

        scene.Emulator.Script.OnBefore = call => Hook(call, after: false);
        scene.Emulator.Script.OnAfter = call => Hook(call, after: true);
        using var process = scene.Start([.. scenario.Arguments, "--json"]);
        started.SetResult(process);
        process.StandardInput.Close();
        var ran = await TowpathProcess.EndAsync(process);
        scene.Emulator.Script.OnBefore = scene.Emulator.Script.OnAfter = null;
        return killed ? null : ran;
    }

    private static string Name(EmulatorCall call) => $"{call.Service}:{call.Operation}";

    private static string Ended(Ran ran)
    {
        try
        {
            using var json = JsonDocument.Parse(ran.Output);
            var root = json.RootElement;
            if (root.TryGetProperty("error", out var error)) return $"error {error.GetProperty("message").GetString()}";
            return $"{root.GetProperty("version").GetString()} {root.GetProperty("phase").GetString()}{(root.TryGetProperty("rolled_back_to", out var back) ? $" to {back.GetString()}" : "")}";
        }
        catch (JsonException)
        {
            return $"no answer: {ran.Output}{ran.Error}";
        }
    }
}
