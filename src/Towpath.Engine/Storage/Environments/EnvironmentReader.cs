using System.Data.Common;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Environments;

internal sealed class EnvironmentReader(IQueries queries) : IEnvironmentReader
{
    private const string Columns = "application, environment, gate_version, running, known_good, active, active_phase, last, last_phase, lock_state, suspension, requested, pin";

    private static readonly Statement One = new($"SELECT {Columns} FROM environments WHERE application = $1 AND environment = $2") { IsByKey = true };
    private static readonly Statement All = new($"SELECT {Columns} FROM environments ORDER BY application, environment");

    private static readonly Statement OfSome = new(
        $"SELECT {Columns} FROM environments WHERE application IN (SELECT value FROM json_each($1))", $"SELECT {Columns} FROM environments WHERE application = ANY($1)");

    public async Task<EnvironmentState> GetAsync(EnvironmentKey key, CancellationToken cancellationToken) =>
        await queries.ReadAsync(One, Map, cancellationToken, key.Application, key.Environment).FirstAsync() ?? EnvironmentState.Untouched(key);

    public async Task<IReadOnlyList<EnvironmentState>> OfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken) =>
        await queries.ReadAsync(OfSome, Map, cancellationToken, applications.ToArray());

    public async Task<IReadOnlyList<EnvironmentState>> AllAsync(CancellationToken cancellationToken) => await queries.ReadAsync(All, Map, cancellationToken);

    private static EnvironmentState Map(DbDataReader row) => new()
    {
        Key = new EnvironmentKey(row.GetString(0), row.GetString(1)),
        GateVersion = row.GetInt64(2),
        Running = row.OptionalDocument(3, CoreJson.Default.RunningVersion),
        KnownGood = row.OptionalDocument(4, CoreJson.Default.RunningVersion),
        Active = Id(row, 5),
        ActivePhase = PhaseOf(row, 6),
        Last = Id(row, 7),
        LastPhase = PhaseOf(row, 8),
        Lock = row.OptionalDocument(9, CoreJson.Default.EnvironmentLock),
        Suspension = row.OptionalDocument(10, CoreJson.Default.Suspension),
        Requested = Id(row, 11),
        Pin = row.OptionalDocument(12, CoreJson.Default.EnvironmentPin),
    };

    private static DeploymentId? Id(DbDataReader row, int column) => row.Text(column) is { } id ? new DeploymentId(id) : null;

    private static Phase? PhaseOf(DbDataReader row, int column) => row.Text(column) is { } word ? PhaseColumn.Phase(word) : null;
}
