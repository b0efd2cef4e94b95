using Towpath.Engine.Storage.Audit;
using Towpath.Engine.Storage.Deployments;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Changes;

/// <summary>
/// The commit that the engine makes most: operation id, fence, state, journal entry and perhaps an audit row. On PostgreSQL a function does
/// exactly these statements in this order, because sending and starting a statement costs the server more than most of these take.
/// </summary>
internal static class Transition
{
    private static readonly Statement Step = new("", $"SELECT towpath_transition({string.Join(", ", Enumerable.Range(1, 26).Select(i => $"${i}"))})");

    private static readonly Arg[] NoAudit = [(string?)null, (long?)null, (string?)null, (string?)null, (string?)null, (string?)null, (string?)null, (string?)null];

    public static bool Is(Commit commit) => commit is { Fence: not null, Changes: [Change.UpdateDeployment, Change.AppendJournal, ..] };

    /// <param name="commit">One that <see cref="Is"/> a transition.</param>
    /// <param name="operation">Its operation id; null where that is written already.</param>
    /// <param name="to">Where it goes.</param>
    /// <returns>How many of the commit's changes are written with it.</returns>
    public static int Write(Commit commit, string? operation, IStatements to)
    {
        var audit = commit.Changes.Count > 2 ? commit.Changes[2] as Change.AppendAudit : null;
        to.Execute(
            Step,
            [
                operation, CommitWriter.RowOf(commit.Fence!), commit.Fence!.Token,
                .. UpdateDeploymentWriter.Arguments((Change.UpdateDeployment)commit.Changes[0]), .. AppendJournalWriter.Arguments((Change.AppendJournal)commit.Changes[1]),
                .. audit is null ? NoAudit : AppendAuditWriter.Arguments(audit),
            ]);
        return audit is null ? 2 : 3;
    }
}
