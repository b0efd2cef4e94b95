using System.Text.Json.Nodes;
using Towpath.Core.Approvals;

namespace Towpath.Core.Deployments;

/// <summary>The words that deployments are spoken of in, on every surface alike.</summary>
public static class Words
{
    public static string Of(Phase phase) => phase switch
    {
        Phase.Waiting => "waiting",
        Phase.Queued => "queued",
        Phase.Running => "running",
        Phase.Verifying => "verifying",
        Phase.RollingBack => "rolling back",
        Phase.NeedsAttention => "needs attention",
        Phase.Succeeded => "succeeded",
        Phase.Failed => "failed",
        Phase.RolledBack => "rolled back",
        Phase.RollbackFailed => "rollback failed",
        Phase.Cancelled => "cancelled",
        Phase.Superseded => "superseded",
    };

    /// <summary>How the last deployment of an environment ended, where what runs there does not tell; null where it does.</summary>
    public static string? OfLast(Phase phase) => phase switch
    {
        Phase.Failed => "the last deployment failed",
        Phase.RolledBack => "the last deployment failed and was rolled back",
        Phase.RollbackFailed => "the last deployment failed, and so did its rollback",
        Phase.Cancelled => "the last deployment was cancelled",
        Phase.Waiting or Phase.Queued or Phase.Running or Phase.Verifying or Phase.RollingBack or Phase.NeedsAttention or Phase.Succeeded or Phase.Superseded => null,
    };

    /// <summary>What to do when it is not known whether the rollback came to its end.</summary>
    internal const string MendRollback = "mend the cause and retry the deployment, or cancel it to give the rollback up";

    /// <summary>A list of texts in a rollback step's outputs: what it put back, such as <c>service web to web:1</c>.</summary>
    public const string PutBackOutput = "put_back";

    /// <summary>What was taken back where there was nothing good to go back to.</summary>
    internal static string PutBack(IEnumerable<StepRecord> rollback)
    {
        string[] told = [.. rollback.SelectMany(record => record.Outputs?[PutBackOutput] as JsonArray ?? []).Select(text => (string?)text).OfType<string>()];
        return $"there was no known good version to go back to; {(told.Length > 0 ? $"put back: {string.Join(", ", told)}" : "nothing had to be put back")}";
    }

    internal static string Cancelled(string by, string? reason) => reason is null ? $"cancelled by {by}" : $"cancelled by {by}: {reason}";

    internal static string Rejected(string by, string role, string? reason) =>
        $"rejected by {by}{(Parties.UserOf(role) is null ? $" as {Parties.Words(role)}" : "")}{(reason is null ? "" : $": {reason}")}";
}
