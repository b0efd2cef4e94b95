using System.Text.Json;
using Towpath.Core;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Watches;

internal sealed class LookAtWriter : ChangeWriter<Change.LookAt>
{
    private static readonly Statement Save = Several.Inserting(
        """
        INSERT INTO watch_looks (repository_id, subject, lane, version, failures, due_at) VALUES ($1, $2, $3, 1, 0, {now})
        ON CONFLICT (repository_id, subject) DO UPDATE SET version = watch_looks.version + 1, failures = 0, due_at = excluded.due_at
        """,
        "bigint text bigint", Turn.Look, new Touch("watch_looks", 1, 2));

    protected override void Write(Change.LookAt change, IStatements to) => to.Execute(Save, change.RepositoryId, change.Subject, (long)change.Lane);
}

internal sealed class DoneLookingWriter : ChangeWriter<Change.DoneLooking>
{
    private static readonly Statement Remove = new("DELETE FROM watch_looks WHERE repository_id = $1 AND subject = $2 AND version = $3")
    {
        Several = new Several(
            $"""
            DELETE FROM watch_looks USING {Several.Rows("bigint text bigint")} AS done (repository_id, subject, version)
            WHERE watch_looks.repository_id = done.repository_id AND watch_looks.subject = done.subject AND watch_looks.version = done.version
            """,
            Turn.Looked, new Touch("watch_looks", 1, 2)),
    };

    protected override void Write(Change.DoneLooking change, IStatements to) => to.Execute(Remove, change.RepositoryId, change.Subject, change.Version);
}

internal sealed class LookLaterWriter : ChangeWriter<Change.LookLater>
{
    private static readonly Statement Save = new("UPDATE watch_looks SET failures = failures + 1, due_at = {now} + $3 WHERE repository_id = $1 AND subject = $2");

    protected override void Write(Change.LookLater change, IStatements to) => to.Execute(Save, change.RepositoryId, change.Subject, change.Delay.Microseconds());
}

internal sealed class SaveWatchWriter : ChangeWriter<Change.SaveWatch>
{
    private static readonly Statement Save = Several.Inserting(
        """
        INSERT INTO watches (application, environment, repository_id, ref, sha, since, state, deployment, reason, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (application, environment) DO UPDATE SET
            repository_id = excluded.repository_id, ref = excluded.ref, sha = excluded.sha, since = excluded.since, state = excluded.state,
            deployment = excluded.deployment, reason = excluded.reason, updated_at = excluded.updated_at
        """,
        "text text bigint text text bigint text text text bigint", Turn.Watch, new Touch("watches", 1, 2));

    protected override void Write(Change.SaveWatch change, IStatements to)
    {
        var w = change.Watch;
        to.Execute(
            Save, w.Key.Application, w.Key.Environment, w.RepositoryId, w.Ref, w.Sha, w.Since, w.State.Word(), w.Deployment?.Value,
            w.Reason is null ? null : JsonSerializer.Serialize(w.Reason, CoreJson.Default.GateResult), w.UpdatedAt);
    }

    protected override ChangeNotice? Notice(Change.SaveWatch change) => new("environment", change.Watch.Key.ToString());
}

internal sealed class DropWatchWriter : ChangeWriter<Change.DropWatch>
{
    private static readonly Statement Remove = new("DELETE FROM watches WHERE application = $1 AND environment = $2 AND sha = $3");

    protected override void Write(Change.DropWatch change, IStatements to) => to.Execute(Remove, change.Key.Application, change.Key.Environment, change.Sha);

    protected override ChangeNotice? Notice(Change.DropWatch change) => new("environment", change.Key.ToString());
}

internal sealed class SaveDeployingRunWriter : ChangeWriter<Change.SaveDeployingRun>
{
    private static readonly Statement Save = Several.Inserting(
        "INSERT INTO deploying_runs (repository_id, sha, run_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        "bigint text bigint", Turn.DeployingRun, new Touch("deploying_runs", 1, 2, 3));

    protected override void Write(Change.SaveDeployingRun change, IStatements to) => to.Execute(Save, change.RepositoryId, change.Sha, change.RunId);
}
