using System.Text.Json;
using Towpath.Core;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Environments;

internal sealed class SetLockWriter : ChangeWriter<Change.SetLock>
{
    private static readonly Statement Set = new("""
        INSERT INTO environments (application, environment, gate_version, lock_state) VALUES ($1, $2, 1, $3)
        ON CONFLICT (application, environment) DO UPDATE SET lock_state = excluded.lock_state, gate_version = environments.gate_version + 1
        """);

    protected override void Write(Change.SetLock change, IStatements to) => to.Execute(
        Set, change.Key.Application, change.Key.Environment,
        change.Lock is null ? null : JsonSerializer.Serialize(change.Lock, CoreJson.Default.EnvironmentLock));

    protected override ChangeNotice? Notice(Change.SetLock change) => new("environment", change.Key.ToString());
}

internal sealed class SetPinWriter : ChangeWriter<Change.SetPin>
{
    private static readonly Statement Set = new("""
        INSERT INTO environments (application, environment, gate_version, pin) VALUES ($1, $2, 1, $3)
        ON CONFLICT (application, environment) DO UPDATE SET pin = excluded.pin, gate_version = environments.gate_version + 1
        """);

    protected override void Write(Change.SetPin change, IStatements to) => to.Execute(
        Set, change.Key.Application, change.Key.Environment,
        change.Pin is null ? null : JsonSerializer.Serialize(change.Pin, CoreJson.Default.EnvironmentPin));

    protected override ChangeNotice? Notice(Change.SetPin change) => new("environment", change.Key.ToString());
}

internal sealed class SetSuspensionWriter : ChangeWriter<Change.SetSuspension>
{
    private static readonly Statement Set = new("""
        INSERT INTO environments (application, environment, gate_version, suspension) VALUES ($1, $2, 1, $3)
        ON CONFLICT (application, environment) DO UPDATE SET suspension = excluded.suspension, gate_version = environments.gate_version + 1
        """);

    protected override void Write(Change.SetSuspension change, IStatements to) => to.Execute(
        Set, change.Key.Application, change.Key.Environment,
        change.Suspension is null ? null : JsonSerializer.Serialize(change.Suspension, CoreJson.Default.Suspension));

    protected override ChangeNotice? Notice(Change.SetSuspension change) => new("environment", change.Key.ToString());
}

internal sealed class ExpectGateVersionWriter : ChangeWriter<Change.ExpectGateVersion>
{
    /// <summary>The row stays locked until the commit ends, so that a lock which comes in between has to wait, or is seen.</summary>
    private static readonly Statement Same = new(
        "SELECT 1 FROM environments WHERE application = $1 AND environment = $2 AND gate_version = $3",
        "SELECT 1 FROM environments WHERE application = $1 AND environment = $2 AND gate_version = $3 FOR NO KEY UPDATE")
    {
        Several = new Several(
            $"""
            SELECT 1 FROM {Several.Rows("text text bigint")} AS expected (application, environment, version)
            JOIN environments AS e ON e.application = expected.application AND e.environment = expected.environment AND e.gate_version = expected.version
            FOR NO KEY UPDATE OF e
            """,
            Turn.Gates, new Touch("environments", 1, 2)),
    };

    /// <summary>Where there is no row to lock, one is made.</summary>
    private static readonly Statement Untouched = Several.Inserting(
        """
        INSERT INTO environments (application, environment) VALUES ($1, $2)
        ON CONFLICT (application, environment) DO UPDATE SET gate_version = environments.gate_version WHERE environments.gate_version = 0 RETURNING 1
        """,
        "text text", Turn.UntouchedGates, new Touch("environments", 1, 2));

    protected override void Write(Change.ExpectGateVersion change, IStatements to)
    {
        var what = $"locks, pins or suspensions of {change.Key} have changed";
        if (change.Version == 0) to.Expect(what, Untouched, 1, change.Key.Application, change.Key.Environment);
        else to.Expect(what, Same, 1, change.Key.Application, change.Key.Environment, change.Version);
    }
}
