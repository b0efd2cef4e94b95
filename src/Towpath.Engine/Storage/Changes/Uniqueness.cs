using System.Collections.Frozen;

namespace Towpath.Engine.Storage.Changes;

/// <summary>
/// Unique indexes that are the last safety net behind the expectations: what it means when one of them refuses. By name as
/// PostgreSQL tells it, and by columns as SQLite does.
/// </summary>
internal static class Uniqueness
{
    private const string OneActive = "another deployment is active in that environment";
    private const string OneEntry = "that revision of the deployment is in the journal already";
    private const string OneHead = "the queue has another head";

    private static readonly FrozenDictionary<string, string> Meanings = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["deployments_one_active"] = OneActive,
        ["deployments.application, deployments.environment"] = OneActive,
        ["journal_pkey"] = OneEntry,
        ["journal.deployment, journal.revision"] = OneEntry,
        ["work_one_head"] = OneHead,
        ["work.queue"] = OneHead,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string? MeaningOf(string? index) => index is null ? null : Meanings.GetValueOrDefault(index);
}
