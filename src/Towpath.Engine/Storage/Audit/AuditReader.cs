using System.Data.Common;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Audit;

internal sealed class AuditReader(IQueries queries) : IAuditReader
{
    private const string Columns = "id, at, actor, action, application, environment, deployment, details";

    private static readonly Statement Unsealed = new($"SELECT {Columns} FROM audit WHERE position IS NULL ORDER BY sequence LIMIT $1");
    private static readonly Statement Head = new("SELECT position, hash FROM audit_head WHERE id = 1");
    private static readonly Statement Sealed = new($"SELECT {Columns}, position, hash FROM audit WHERE position > $1 ORDER BY position LIMIT $2");
    private static readonly Statement Recent = new($"SELECT {Columns} FROM audit ORDER BY sequence DESC LIMIT $1");
    private static readonly Statement RecentOfApplication = new($"SELECT {Columns} FROM audit WHERE application = $2 ORDER BY sequence DESC LIMIT $1");
    private static readonly Statement RecentOfDeployment = new($"SELECT {Columns} FROM audit WHERE deployment = $2 ORDER BY sequence DESC LIMIT $1");
    private static readonly Statement RecentOfBoth = new($"SELECT {Columns} FROM audit WHERE application = $2 AND deployment = $3 ORDER BY sequence DESC LIMIT $1");

    public async Task<IReadOnlyList<AuditEntry>> UnsealedAsync(int limit, CancellationToken cancellationToken) =>
        await queries.ReadAsync(Unsealed, Entry, cancellationToken, (long)limit);

    public async Task<ChainHead> HeadAsync(CancellationToken cancellationToken) =>
        await queries.ReadAsync(Head, row => new ChainHead(row.GetInt64(0), row.GetString(1)), cancellationToken).FirstAsync() ?? ChainHead.Genesis;

    public async Task<IReadOnlyList<SealedAuditEntry>> ReadAsync(long afterPosition, int limit, CancellationToken cancellationToken) =>
        await queries.ReadAsync(
            Sealed, row => new SealedAuditEntry(row.GetInt64(8), row.GetString(9), Entry(row)), cancellationToken, afterPosition, (long)limit);

    public async Task<IReadOnlyList<AuditEntry>> RecentAsync(string? application, DeploymentId? deployment, int limit, CancellationToken cancellationToken) =>
        (application, deployment?.Value) switch
        {
            (null, null) => await queries.ReadAsync(Recent, Entry, cancellationToken, (long)limit),
            ({ } a, null) => await queries.ReadAsync(RecentOfApplication, Entry, cancellationToken, (long)limit, a),
            (null, { } d) => await queries.ReadAsync(RecentOfDeployment, Entry, cancellationToken, (long)limit, d),
            ({ } a, { } d) => await queries.ReadAsync(RecentOfBoth, Entry, cancellationToken, (long)limit, a, d),
        };

    private static AuditEntry Entry(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        At = row.Instant(1),
        Actor = row.GetString(2),
        Action = row.GetString(3),
        Application = row.Text(4),
        Environment = row.Text(5),
        Deployment = row.Text(6) is { } id ? new DeploymentId(id) : null,
        Details = row.GetString(7),
    };
}
