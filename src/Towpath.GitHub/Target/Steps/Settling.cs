using System.Text.Json.Nodes;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.GitHub.Target.Steps;

/// <summary>
/// After an attempt whose end nobody saw: GitHub's lists may not have what it made yet. Only after they have been looked at for a while without finding it, it
/// was not made.
/// </summary>
internal static class Settling
{
    /// <returns>Null when it has been long enough, else how to wait.</returns>
    public static async Task<StepResult.Running?> WaitAsync(StepContext context, TimeProvider time, TimeSpan enough, string what, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var noted = context.Undo;
        // Of each attempt anew: it may have made what the one before did not.
        if (noted is null || Settings.Number(noted, "attempt") != context.Attempt || Settings.Number(noted, "looked") is not { } since)
        {
            await context.RecordUndoAsync(new JsonObject { ["attempt"] = context.Attempt, ["looked"] = now.ToUnixTimeMilliseconds() }, cancellationToken);
            return new StepResult.Running(TimeSpan.FromSeconds(2), what);
        }

        return now - DateTimeOffset.FromUnixTimeMilliseconds(since) < enough ? new StepResult.Running(TimeSpan.FromSeconds(2), what) : null;
    }
}
