using Towpath.Core.Deployments;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Deployments;

/// <summary>Lines for a deployment's log. It is a change of its own, so that a cut connection neither loses nor doubles lines.</summary>
internal sealed record AppendLog(DeploymentId Deployment, IReadOnlyList<LogLine> Lines) : Change
{
    /// <summary>Whoever works on the deployment is alone with it. Should somebody else have something to tell in that moment, the commit is refused.</summary>
    public bool IsByOwner { get; init; }
}

internal sealed class AppendLogWriter : ChangeWriter<AppendLog>
{
    private static readonly Statement Line = new("""
        INSERT INTO log_lines (deployment, sequence, at, step, line)
        SELECT $1, coalesce(max(sequence), 0) + 1, $2, $3, $4 FROM log_lines WHERE deployment = $1
        """)
    {
        Several = new Several(
            $"""
            INSERT INTO log_lines (deployment, sequence, at, step, line)
            SELECT l.deployment, l.n + coalesce((SELECT max(before.sequence) FROM log_lines AS before WHERE before.deployment = l.deployment), 0), l.at, l.step, l.line
            FROM (
                SELECT deployment, at, step, line, row_number() OVER (PARTITION BY deployment ORDER BY place) AS n
                FROM {Several.Rows("text bigint text text")} WITH ORDINALITY AS g (deployment, at, step, line, place)) AS l
            """,
            Turn.Log, new Touch("log", 1)) { MayRepeat = true },
    };

    /// <summary>Appenders of one deployment take turns, so that its lines are numbered without gaps.</summary>
    protected override LineLock? Lock(AppendLog change) => change.IsByOwner ? null : new($"log {change.Deployment}");

    protected override void Write(AppendLog change, IStatements to)
    {
        foreach (var line in change.Lines) to.Execute(Line, change.Deployment.Value, line.At, line.Step, line.Text);
    }

    protected override ChangeNotice? Notice(AppendLog change) => new("log", change.Deployment.Value);
}
