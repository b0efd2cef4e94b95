using System.Globalization;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Work;

internal sealed class RescheduleWorkWriter : ChangeWriter<Change.RescheduleWork>
{
    private static readonly Statement GiveBack = new("""
        UPDATE work SET owner = NULL, lease_until = 0, failures = 0, due_at = {now} + $3
        WHERE id = (SELECT min(id) FROM work WHERE queue = $1 AND subject = $2)
        """)
    {
        Several = new Several(
            $$"""
            UPDATE work SET owner = NULL, lease_until = 0, failures = 0, due_at = {now} + later.delay FROM {{Several.Rows("text text bigint")}} AS later (queue, subject, delay)
            WHERE work.id = (SELECT min(w.id) FROM work AS w WHERE w.queue = later.queue AND w.subject = later.subject)
            """,
            Turn.WorkLater, new Touch(Touch.Line, 1)),
    };

    protected override void Write(Change.RescheduleWork change, IStatements to) =>
        to.Execute(GiveBack, change.Queue, change.Subject, change.Delay.Microseconds());

    protected override ChangeNotice? Notice(Change.RescheduleWork change) => Line.Notice;
}

internal sealed class WakeWorkWriter : ChangeWriter<Change.WakeWork>
{
    private static readonly Statement Wake = new("""
        UPDATE work SET due_at = {now} WHERE queue = $1 AND subject = $2 AND due_at > {now} AND (owner IS NULL OR lease_until <= {now})
        """);

    protected override void Write(Change.WakeWork change, IStatements to) => to.Execute(Wake, change.Queue, change.Subject);

    /// <summary>Whoever works on it at this moment is told by name; everybody else only looks for due work.</summary>
    protected override ChangeNotice? Notice(Change.WakeWork change) => new ChangeNotice("wake", change.Subject);
}

internal sealed class FailWorkWriter : ChangeWriter<Change.FailWork>
{
    private static readonly Statement TryAgain = new("""
        UPDATE work SET owner = NULL, lease_until = 0, failures = failures + 1, due_at = {now} + $2 WHERE id = $1
        """);

    private static readonly Statement Keep = new("""
        INSERT INTO work_set_aside (id, kind, queue, subject, message, at)
        SELECT id, kind, queue, subject, $2, {now} FROM work WHERE id = $1
        """);

    private static readonly Statement Remove = new("DELETE FROM work WHERE id = $1");
    private static readonly Statement PromoteAfter = new("""
        UPDATE work SET head = TRUE
        WHERE NOT head AND id = (SELECT min(id) FROM work WHERE queue = (SELECT queue FROM work_set_aside WHERE id = $1))
        """);

    protected override LineLock? Lock(Change.FailWork change) => change.SetAside ? new(change.WorkId, OfWork: true) : null;

    protected override void Write(Change.FailWork change, IStatements to)
    {
        var id = long.Parse(change.WorkId, CultureInfo.InvariantCulture);
        if (!change.SetAside)
        {
            to.Execute(TryAgain, id, change.Delay.Microseconds());
            return;
        }

        to.Execute(Keep, id, change.Message);
        to.Execute(Remove, id);
        to.Execute(PromoteAfter, id);
    }

    protected override ChangeNotice? Notice(Change.FailWork change) => Line.Notice;
}
