using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Audit;

internal sealed class AppendAuditWriter : ChangeWriter<Change.AppendAudit>
{
    private static readonly Statement Insert = Several.Inserting(
        """
        INSERT INTO audit (id, at, actor, action, application, environment, deployment, details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        "text bigint text text text text text text", Turn.Audit);

    public static Arg[] Arguments(Change.AppendAudit change)
    {
        var e = change.Entry;
        return [e.Id, e.At, e.Actor, e.Action, e.Application, e.Environment, e.Deployment?.Value, e.Details];
    }

    protected override void Write(Change.AppendAudit change, IStatements to) => to.Execute(Insert, Arguments(change));
}

internal sealed class SealAuditWriter : ChangeWriter<Change.SealAudit>
{
    private static readonly Statement MoveHead = new("""
        UPDATE audit_head SET position = $3, hash = $4 WHERE id = 1 AND position = $1 AND hash = $2 RETURNING 1
        """);

    private static readonly Statement SealOne = new("UPDATE audit SET position = $2, hash = $3 WHERE id = $1 AND position IS NULL RETURNING 1");
    private static readonly Statement SealMany = new("", """
        UPDATE audit SET position = s.position, hash = s.hash FROM unnest($1::text[], $2::bigint[], $3::text[]) AS s (id, position, hash)
        WHERE audit.id = s.id AND audit.position IS NULL RETURNING 1
        """);

    /// <summary>Each unsealed row is held against all seals at once, instead of against each.</summary>
    private static readonly Statement ByHash = new("", "SELECT set_config('enable_nestloop', 'off', TRUE), set_config('enable_hashjoin', 'on', TRUE), set_config('enable_seqscan', 'off', TRUE), set_config('jit', 'off', TRUE)");
    private static readonly Statement NoLonger = new("", "SELECT set_config('enable_nestloop', 'on', TRUE), set_config('enable_hashjoin', 'off', TRUE)");

    protected override void Write(Change.SealAudit change, IStatements to)
    {
        const string Moved = "the audit chain has grown in between";
        to.Expect(Moved, MoveHead, 1, change.Expected.Position, change.Expected.Hash, change.Head.Position, change.Head.Hash);
        if (to.IsPostgres)
        {
            to.Execute(ByHash);
            to.Expect(
                Moved, SealMany, change.Seals.Count, change.Seals.Select(s => s.EntryId).ToArray(),
                change.Seals.Select(s => s.Position).ToArray(), change.Seals.Select(s => s.Hash).ToArray());
            to.Execute(NoLonger);
        }
        else
            foreach (var seal in change.Seals) to.Expect(Moved, SealOne, 1, seal.EntryId, seal.Position, seal.Hash);
    }
}
