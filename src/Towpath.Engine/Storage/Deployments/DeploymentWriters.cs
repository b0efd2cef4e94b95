using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;
using Towpath.Engine.Work;

namespace Towpath.Engine.Storage.Deployments;

internal sealed class InsertDeploymentWriter : ChangeWriter<Change.InsertDeployment>
{
    private static readonly Statement Insert = Several.Inserting(
        """
        INSERT INTO deployments (id, reversed, application, environment, digest, phase, revision, requested_at, finished_at, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING RETURNING 1
        """,
        "text text text text text text bigint bigint bigint text", Turn.NewDeployment, new Touch("deployments", 1));

    protected override LineLock? Lock(Change.InsertDeployment change) => Waiting.Lock(change.Deployment);

    protected override void Write(Change.InsertDeployment change, IStatements to)
    {
        var d = change.Deployment;
        to.Expect(
            $"deployment {d.Id} exists already", Insert, 1,
            d.Id.Value, Endings.Reverse(d.Id.Value), d.Key.Application, d.Key.Environment, d.Digest.Value, d.Phase.Word(), d.Revision,
            d.RequestedAt, d.FinishedAt, JsonSerializer.Serialize(d, CoreJson.Default.Deployment));
    }

    protected override ChangeNotice? Notice(Change.InsertDeployment change) => new("deployment", change.Deployment.Id.Value);
}

internal sealed class UpdateDeploymentWriter : ChangeWriter<Change.UpdateDeployment>
{
    private static readonly Statement Update = new("""
        UPDATE deployments SET phase = $3, revision = $4, finished_at = $5, state = $6 WHERE id = $1 AND revision = $2 RETURNING 1
        """)
    {
        Several = new Several(
            $"""
            UPDATE deployments SET phase = d.phase, revision = d.revision, finished_at = d.finished_at, state = d.state
            FROM {Several.Rows("text bigint text bigint bigint text")} AS d (id, expected, phase, revision, finished_at, state)
            WHERE deployments.id = d.id AND deployments.revision = d.expected RETURNING 1
            """,
            Turn.Deployment, new Touch("deployments", 1)),
    };

    protected override LineLock? Lock(Change.UpdateDeployment change) => Waiting.Lock(change.Deployment);

    protected override void Write(Change.UpdateDeployment change, IStatements to)
    {
        to.Expect($"deployment {change.Deployment.Id} is no longer at revision {change.ExpectedRevision}", Update, 1, Arguments(change));
    }

    public static Arg[] Arguments(Change.UpdateDeployment change)
    {
        var d = change.Deployment;
        return [d.Id.Value, change.ExpectedRevision, d.Phase.Word(), d.Revision, d.FinishedAt, JsonSerializer.Serialize(d, CoreJson.Default.Deployment)];
    }

    protected override ChangeNotice? Notice(Change.UpdateDeployment change) => new("deployment", change.Deployment.Id.Value);
}

internal sealed class AppendJournalWriter : ChangeWriter<Change.AppendJournal>
{
    private static readonly Statement Insert = Several.Inserting(
        """
        INSERT INTO journal (deployment, revision, at, event, from_phase, to_phase, step, attempt, data)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        "text bigint bigint text text text text bigint text", Turn.Journal);

    public static Arg[] Arguments(Change.AppendJournal change)
    {
        var e = change.Entry;
        return [e.Deployment.Value, e.Revision, e.At, e.Event, e.From.Word(), e.To.Word(), e.Step, (long)e.Attempt, e.Data];
    }

    protected override void Write(Change.AppendJournal change, IStatements to) => to.Execute(Insert, Arguments(change));
}

internal sealed class RecordApprovalWriter : ChangeWriter<Change.RecordApproval>
{
    private static readonly Statement Insert = new("""
        INSERT INTO approvals (id, deployment, role, user_name, digest, policy_revision, at, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING 1
        """);

    private static readonly Statement Delete = new("DELETE FROM approvals WHERE id = $1");

    protected override void Write(Change.RecordApproval change, IStatements to)
    {
        var a = change.Approval;
        if (change.InPlaceOf is { } gone) to.Execute(Delete, gone);
        to.Expect(
            $"{a.User} has decided on deployment {a.Deployment} for {a.Role} already", Insert, 1,
            a.Id, a.Deployment.Value, a.Role, a.User, a.Digest.Value, a.PolicyRevision, a.At, JsonSerializer.Serialize(a, CoreJson.Default.Approval));
    }

    protected override ChangeNotice? Notice(Change.RecordApproval change) => new("deployment", change.Approval.Deployment.Value);
}

/// <summary>
/// Whoever asks for a look at all that wait, if any does (<see cref="Change.EnqueueOnce.IfAnyWaits"/>), sees one that begins to wait, or comes before it: then that one's own
/// first look, after this commit, sees what is new.
/// </summary>
internal static class Waiting
{
    public static LineLock? Lock(Deployment deployment) => deployment.Phase == Phase.Waiting ? new(Queues.Waiting(deployment.Key.Application)) : null;
}

/// <summary>Ids are looked up by their last digits: kept turned round, an ending becomes a beginning, which an index can find.</summary>
internal static class Endings
{
    public const int Shortest = 6;

    public static string Reverse(string id) => string.Create(id.Length, id, (span, source) =>
    {
        source.CopyTo(span);
        span.Reverse();
    });
}
