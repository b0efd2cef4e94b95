using System.Text.Json;
using Towpath.Core;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Environments;

internal sealed class ExpectIdleWriter : ChangeWriter<Change.ExpectIdle>
{
    /// <summary>Makes the row where there is none. It stays locked until the commit ends, so that a start which comes in between has to wait, or is seen.</summary>
    private static readonly Statement Same = new("""
        INSERT INTO environments (application, environment) VALUES ($1, $2)
        ON CONFLICT (application, environment) DO UPDATE SET gate_version = environments.gate_version
        WHERE environments.active IS NULL AND coalesce(environments.last, '') = $3 RETURNING 1
        """);

    protected override void Write(Change.ExpectIdle change, IStatements to) => to.Expect(
        $"something was deployed to {change.Key} in between", Same, 1, change.Key.Application, change.Key.Environment, change.Last?.Value ?? "");
}

internal sealed class SetRequestedWriter : ChangeWriter<Change.SetRequested>
{
    private static readonly Statement Set = new("""
        INSERT INTO environments (application, environment, requested) VALUES ($1, $2, $3)
        ON CONFLICT (application, environment) DO UPDATE SET requested = excluded.requested
        WHERE coalesce(environments.requested, '') = $4 RETURNING 1
        """)
    {
        Several = new Several(
            """
            INSERT INTO environments (application, environment, requested) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
            ON CONFLICT (application, environment) DO UPDATE SET requested = excluded.requested
            WHERE coalesce(environments.requested, '') = (
                SELECT g.before FROM unnest($1::text[], $2::text[], $4::text[]) AS g (application, environment, before)
                WHERE g.application = excluded.application AND g.environment = excluded.environment)
            RETURNING 1
            """,
            Turn.Requested, new Touch("environments", 1, 2)),
    };

    protected override void Write(Change.SetRequested change, IStatements to) => to.Expect(
        $"something else was requested for {change.Key} in between", Set, 1,
        change.Key.Application, change.Key.Environment, change.Deployment.Value, change.Before?.Value ?? "");
}

internal sealed class SetActiveWriter : ChangeWriter<Change.SetActive>
{
    private static readonly Statement Set = Several.Inserting(
        """
        INSERT INTO environments (application, environment, active, active_phase) VALUES ($1, $2, $3, $4)
        ON CONFLICT (application, environment) DO UPDATE SET active = excluded.active, active_phase = excluded.active_phase
        WHERE environments.active IS NULL OR environments.active = excluded.active RETURNING 1
        """,
        "text text text text", Turn.Active, new Touch("environments", 1, 2));

    protected override void Write(Change.SetActive change, IStatements to) => to.Expect(
        $"another deployment is active in {change.Key}", Set, 1,
        change.Key.Application, change.Key.Environment, change.Deployment.Value, change.Phase.Word());

    protected override ChangeNotice? Notice(Change.SetActive change) => new("environment", change.Key.ToString());
}

internal sealed class SetEndedWriter : ChangeWriter<Change.SetEnded>
{
    private static readonly Statement Set = Several.Inserting(
        """
        INSERT INTO environments (application, environment, last, last_phase) VALUES ($1, $2, $3, $4)
        ON CONFLICT (application, environment) DO UPDATE SET last = excluded.last, last_phase = excluded.last_phase,
            active_phase = CASE WHEN environments.active = excluded.last THEN NULL ELSE environments.active_phase END,
            active = CASE WHEN environments.active = excluded.last THEN NULL ELSE environments.active END
        """,
        "text text text text", Turn.Ended, new Touch("environments", 1, 2));

    protected override void Write(Change.SetEnded change, IStatements to) =>
        to.Execute(Set, change.Key.Application, change.Key.Environment, change.Deployment.Value, change.Phase.Word());

    protected override ChangeNotice? Notice(Change.SetEnded change) => new("environment", change.Key.ToString());
}

internal sealed class SetRunningWriter : ChangeWriter<Change.SetRunning>
{
    private static readonly Statement Set = Several.Inserting(
        """
        INSERT INTO environments (application, environment, running, known_good) VALUES ($1, $2, $3, $4)
        ON CONFLICT (application, environment) DO UPDATE SET running = excluded.running,
            known_good = coalesce(excluded.known_good, environments.known_good)
        """,
        "text text text text", Turn.Running, new Touch("environments", 1, 2));

    protected override void Write(Change.SetRunning change, IStatements to)
    {
        var running = change.Running is { } version ? JsonSerializer.Serialize(version, CoreJson.Default.RunningVersion) : null;
        to.Execute(Set, change.Key.Application, change.Key.Environment, running, change.Succeeded ? running : null);
    }

    protected override ChangeNotice? Notice(Change.SetRunning change) => new("environment", change.Key.ToString());
}
