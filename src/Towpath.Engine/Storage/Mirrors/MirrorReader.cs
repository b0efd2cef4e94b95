using System.Data.Common;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Mirrors;

internal sealed class MirrorReader(IQueries queries) : IMirrorReader
{
    private const string Columns = "deployment, application, environment, repository_id, github_id, state, problem, failures";
    private const string RequestColumns = "repository_id, run_id, environment, sha, asked_at, told, reports, answer";

    private static readonly Statement One = new($"SELECT {Columns} FROM mirrors WHERE deployment = $1") { IsByKey = true };
    private static readonly Statement Shown = new($"SELECT {Columns} FROM mirrors WHERE application = $1 AND shown ORDER BY deployment") { IsByKey = true };
    private static readonly Statement Waiting = new($"SELECT {RequestColumns} FROM protection_requests WHERE answer IS NULL ORDER BY asked_at, repository_id, run_id, environment");
    private static readonly Statement OneRequest = new($"SELECT {RequestColumns} FROM protection_requests WHERE repository_id = $1 AND run_id = $2 AND environment = $3");

    public Task<DeploymentMirror?> GetAsync(DeploymentId id, CancellationToken cancellationToken) => queries.ReadAsync(One, Read, cancellationToken, id.Value).FirstAsync();

    public async Task<IReadOnlyList<DeploymentMirror>> ShownAsync(string application, CancellationToken cancellationToken) => await queries.ReadAsync(Shown, Read, cancellationToken, application);

    public async Task<IReadOnlyList<ProtectionRequest>> WaitingAsync(CancellationToken cancellationToken) => await queries.ReadAsync(Waiting, ReadRequest, cancellationToken);

    public Task<ProtectionRequest?> RequestAsync(long repositoryId, long runId, string environment, CancellationToken cancellationToken) =>
        queries.ReadAsync(OneRequest, ReadRequest, cancellationToken, repositoryId, runId, environment).FirstAsync();

    private static DeploymentMirror Read(DbDataReader row) => new(new DeploymentId(row.GetString(0)), new EnvironmentKey(row.GetString(1), row.GetString(2)), row.GetInt64(3))
    {
        GitHubId = row.OptionalNumber(4), State = row.Text(5), Problem = row.Text(6), Failures = (int)row.GetInt64(7),
    };

    private static ProtectionRequest ReadRequest(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.Instant(4))
    {
        Told = row.Text(5), Reports = (int)row.GetInt64(6), Answer = row.Text(7),
    };
}
