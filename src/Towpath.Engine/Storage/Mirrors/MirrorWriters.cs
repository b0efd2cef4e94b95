using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Mirrors;

internal sealed class SaveMirrorWriter : ChangeWriter<Change.SaveMirror>
{
    private static readonly Statement Save = Several.Inserting(
        """
        INSERT INTO mirrors (deployment, application, environment, repository_id, github_id, state, problem, failures, shown) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (deployment) DO UPDATE SET
            repository_id = excluded.repository_id, github_id = excluded.github_id, state = excluded.state, problem = excluded.problem,
            failures = excluded.failures, shown = excluded.shown
        """,
        "text text text bigint bigint text text bigint boolean", Turn.Mirror, new Touch("mirrors", 1));

    protected override void Write(Change.SaveMirror change, IStatements to)
    {
        var m = change.Mirror;
        to.Execute(Save, m.Deployment.Value, m.Key.Application, m.Key.Environment, m.RepositoryId, m.GitHubId, m.State, m.Problem, (long)m.Failures, m.IsShown);
    }
}

internal sealed class AddProtectionRequestWriter : ChangeWriter<Change.AddProtectionRequest>
{
    private static readonly Statement Add = new("""
        INSERT INTO protection_requests (repository_id, run_id, environment, sha, asked_at, reports) VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT DO NOTHING
        """);

    protected override void Write(Change.AddProtectionRequest change, IStatements to)
    {
        var r = change.Request;
        to.Execute(Add, r.RepositoryId, r.RunId, r.Environment, r.Sha, r.AskedAt);
    }
}

internal sealed class SaveProtectionRequestWriter : ChangeWriter<Change.SaveProtectionRequest>
{
    private static readonly Statement Save = new("UPDATE protection_requests SET sha = $4, asked_at = $5, told = $6, reports = $7, answer = $8 WHERE repository_id = $1 AND run_id = $2 AND environment = $3");

    protected override void Write(Change.SaveProtectionRequest change, IStatements to)
    {
        var r = change.Request;
        to.Execute(Save, r.RepositoryId, r.RunId, r.Environment, r.Sha, r.AskedAt, r.Told, (long)r.Reports, r.Answer);
    }
}
