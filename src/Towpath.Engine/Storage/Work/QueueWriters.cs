using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Deployments;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Work;

/// <summary>Statements about one queue. Whoever adds to it or takes from it holds its lock, so that it has exactly one head.</summary>
internal static class Line
{
    public static readonly ChangeNotice Notice = new("work", "");

    /// <summary>Ids grow along the line, so the first one is its head.</summary>
    public static readonly Statement Promote = new("""
        UPDATE work SET head = TRUE WHERE id = (SELECT min(id) FROM work WHERE queue = $1) AND NOT head
        """)
    {
        Several = new Several(
            $"""
            UPDATE work SET head = TRUE FROM {Several.Rows("text")} AS line (queue)
            WHERE work.id = (SELECT min(w.id) FROM work AS w WHERE w.queue = line.queue) AND NOT work.head
            """,
            Turn.NextWork, new Touch(Touch.Line, 1)),
    };
}

internal sealed class EnqueueWorkWriter : ChangeWriter<Change.EnqueueWork>
{
    private static readonly Statement Insert = Several.Inserting(
        """
        INSERT INTO work (kind, queue, subject, payload, capability, due_at, head)
        SELECT $1, $2, $3, $4, $5, {now} + $6, NOT EXISTS (SELECT 1 FROM work WHERE queue = $2)
        """,
        "text text text text text bigint", Turn.Work, new Touch(Touch.Line, 2));

    protected override LineLock? Lock(Change.EnqueueWork change) => new(change.Item.Queue);

    protected override void Write(Change.EnqueueWork change, IStatements to)
    {
        var i = change.Item;
        to.Execute(Insert, i.Kind, i.Queue, i.Subject, i.Payload, i.Capability, i.Delay.Microseconds());
    }

    protected override ChangeNotice? Notice(Change.EnqueueWork change) => Line.Notice;
}

internal sealed class EnqueueOnceWriter : ChangeWriter<Change.EnqueueOnce>
{
    private const string HastenText = """
        UPDATE work SET due_at = CASE WHEN due_at < {now} + $1 THEN due_at ELSE {now} + $1 END
        WHERE id = (SELECT min(id) FROM work WHERE queue = $2 AND (owner IS NULL OR lease_until <= {now})) AND (owner IS NULL OR lease_until <= {now})
        """;

    private const string InsertText = """
        INSERT INTO work (due_at, queue, kind, subject, payload, capability, head)
        SELECT {now} + $1, $2, $3, $4, $5, $6, NOT EXISTS (SELECT 1 FROM work WHERE queue = $2)
        """;

    /// <summary>To the letter the condition of the index over open ones, beside the narrower one.</summary>
    private static readonly string IfAnyWaits = $"""
         AND (EXISTS (SELECT 1 FROM deployments WHERE application = $7 AND phase = 'waiting' AND phase IN ({DeploymentReader.Open}))
            OR EXISTS (SELECT 1 FROM protection_requests WHERE answer IS NULL))
        """;

    private static readonly Statement Hasten = new(HastenText);
    private static readonly Statement InsertUnlessHastened = new(InsertText + " WHERE changes() = 0");
    private static readonly Statement InsertIfAnyWaits = new(InsertText + " WHERE changes() = 0" + IfAnyWaits);

    /// <summary>
    /// The update comes first and waits for a claim that is on its way; only when it then finds nobody's row is there a new one.
    /// The other way round, a claim in between would have read the state before this commit, and nobody would look again.
    /// </summary>
    private static readonly Statement Both = new("", BothText) { Several = new Several(SeveralText("", ""), Turn.WorkOnce, new Touch(Touch.Line, 2)) };
    private static readonly Statement BothIfAnyWaits = new("", BothText + IfAnyWaits)
    {
        Several = new Several(SeveralText(" text", ", application") + IfAnyWaits.Replace("$7", "given.application", StringComparison.Ordinal), Turn.WorkIfAnyWaits, new Touch(Touch.Line, 2)),
    };

    private static string SeveralText(string type, string column) => $$"""
        WITH given AS (SELECT * FROM {{Several.Rows("bigint text text text text text" + type)}} AS g (delay, queue, kind, subject, payload, capability{{column}})),
        hastened AS (
            UPDATE work SET due_at = CASE WHEN due_at < {now} + given.delay THEN due_at ELSE {now} + given.delay END FROM given
            WHERE work.id = (SELECT min(w.id) FROM work AS w WHERE w.queue = given.queue AND (w.owner IS NULL OR w.lease_until <= {now}))
                AND (work.owner IS NULL OR work.lease_until <= {now})
            RETURNING work.queue)
        INSERT INTO work (due_at, queue, kind, subject, payload, capability, head)
        SELECT {now} + given.delay, given.queue, given.kind, given.subject, given.payload, given.capability, NOT EXISTS (SELECT 1 FROM work AS w WHERE w.queue = given.queue)
        FROM given WHERE NOT EXISTS (SELECT 1 FROM hastened WHERE hastened.queue = given.queue)
        """;

    private const string BothText = $"""
        WITH hastened AS ({HastenText} RETURNING 1)
        {InsertText} WHERE NOT EXISTS (SELECT 1 FROM hastened)
        """;

    protected override LineLock? Lock(Change.EnqueueOnce change) => new(change.Item.Queue);

    protected override void Write(Change.EnqueueOnce change, IStatements to)
    {
        var i = change.Item;
        if (!to.IsPostgres) to.Execute(Hasten, i.Delay.Microseconds(), i.Queue);
        if (change.IfAnyWaits is { } application)
            to.Execute(to.IsPostgres ? BothIfAnyWaits : InsertIfAnyWaits, i.Delay.Microseconds(), i.Queue, i.Kind, i.Subject, i.Payload, i.Capability, application);
        else
            to.Execute(to.IsPostgres ? Both : InsertUnlessHastened, i.Delay.Microseconds(), i.Queue, i.Kind, i.Subject, i.Payload, i.Capability);
    }

    protected override ChangeNotice? Notice(Change.EnqueueOnce change) => change.Quietly ? null : Line.Notice;
}

internal sealed class FinishWorkWriter : ChangeWriter<Change.FinishWork>
{
    /// <summary>Where a queue holds two rows of one subject, the first is the one that is worked on.</summary>
    private static readonly Statement Remove = new("""
        DELETE FROM work WHERE id = (SELECT min(id) FROM work WHERE queue = $1 AND subject = $2)
        """)
    {
        Several = new Several(
            $"""
            DELETE FROM work USING {Several.Rows("text text")} AS done (queue, subject)
            WHERE work.id = (SELECT min(w.id) FROM work AS w WHERE w.queue = done.queue AND w.subject = done.subject)
            """,
            Turn.WorkDone, new Touch(Touch.Line, 1)),
    };

    protected override LineLock? Lock(Change.FinishWork change) => new(change.Queue);

    protected override void Write(Change.FinishWork change, IStatements to)
    {
        to.Execute(Remove, change.Queue, change.Subject);
        to.Execute(Line.Promote, change.Queue);
    }

    protected override ChangeNotice? Notice(Change.FinishWork change) => Line.Notice;
}
