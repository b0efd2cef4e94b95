using System.Globalization;

namespace Towpath.Engine.Storage.Dialects;

/// <summary>
/// PostgreSQL's form of a statement that does for many rows what the statement does for one: each argument is an array with an element for each row. Sending and
/// starting a statement costs the server more than most rows do.
/// </summary>
/// <param name="text">The statement, with arrays.</param>
/// <param name="turn">Where it stands among others whose order does not matter.</param>
/// <param name="touches">The rows that it reads or writes, so that statements about the same row keep their order.</param>
internal sealed class Several(string text, Turn turn, params IReadOnlyList<Touch> touches)
{
    public string Text { get; } = Statement.ForPostgres(text);

    /// <summary>With three more arguments, see <see cref="Statement.PostgresExpecting"/>.</summary>
    public string Expecting { get; } = Statement.Expecting(Statement.ForPostgres(text));

    public Turn Turn => turn;

    public IReadOnlyList<Touch> Touches => touches;

    /// <summary>It reads or writes a row that its commit's lines may change.</summary>
    public bool TouchesLines { get; init; }

    /// <summary>The same row may come more than once in one statement.</summary>
    public bool MayRepeat { get; init; }

    /// <param name="types">Of the arguments, such as <c>text bigint text</c>.</param>
    /// <returns>The rows, to be selected from.</returns>
    public static string Rows(string types) => $"unnest({string.Join(", ", types.Split(' ').Select((type, n) => string.Create(CultureInfo.InvariantCulture, $"${n + 1}::{type}[]")))})";

    /// <summary>An <c>INSERT</c> of one row in both dialects, whose arguments all stand in its <c>VALUES</c> or, instead of that, its <c>SELECT</c> without a table.</summary>
    /// <param name="text">The statement for one row.</param>
    /// <param name="types">Of the arguments.</param>
    /// <param name="turn">Where it stands.</param>
    /// <param name="touches">The rows that it is about.</param>
    public static Statement Inserting(string text, string types, Turn turn, params IReadOnlyList<Touch> touches)
    {
        var (columns, after) = Split(text);
        var names = string.Join(", ", types.Split(' ').Select((_, n) => string.Create(CultureInfo.InvariantCulture, $"c{n + 1}")));
        return new Statement(text) { Several = new Several($"{columns} FROM {Rows(types)} AS given ({names}){after}", turn, touches) };
    }

    /// <returns>What comes before <c>FROM</c>, with names of columns for arguments, and what comes after it.</returns>
    private static (string Columns, string After) Split(string text)
    {
        const string Values = "VALUES (";
        var at = text.IndexOf(Values, StringComparison.Ordinal);
        if (at < 0) return (Named(text), "");
        var conflict = text.IndexOf("ON CONFLICT", at, StringComparison.Ordinal);
        var end = text.LastIndexOf(')', conflict < 0 ? text.Length - 1 : conflict);
        return (Named($"{text[..at]}SELECT {text[(at + Values.Length)..end]}"), text[(end + 1)..]);
    }

    private static string Named(string text) => text.Replace("$", "c", StringComparison.Ordinal);
}

/// <summary>A row that a statement is about.</summary>
/// <param name="Place">A table, or what else has rows of that name.</param>
/// <param name="Arguments">The numbers of the arguments that say which.</param>
internal readonly record struct Touch(string Place, params int[] Arguments)
{
    /// <summary>Queues of the work table. The line of an environment is one of them.</summary>
    public const string Line = "line";

    public int Of(Arg[] args)
    {
        var key = new HashCode();
        key.Add(Place, StringComparer.Ordinal);
        foreach (var number in Arguments)
        {
            var arg = args[number - 1];
            if (arg.Kind == ArgKind.Text) key.Add(arg.Text, StringComparer.Ordinal);
            else key.Add(arg.Number);
        }

        return key.ToHashCode();
    }

    public static int OfLine(string queue) => new Touch(Line, 1).Of([queue]);
}

/// <summary>The order of statements that may stand in any order: about as most commits have them, so that few of them have to be sent twice.</summary>
internal enum Turn
{
    Fence,
    Build,
    Deployment,
    NewDeployment,
    Journal,
    Audit,
    Requested,
    Active,
    Ended,
    Running,
    Gates,
    UntouchedGates,
    Configuration,
    WorkIfAnyWaits,
    WorkDone,
    NextWork,
    WorkLater,
    Work,
    WorkOnce,
    RepositoryName,
    Ref,
    Pull,
    CommitFact,
    Look,
    DeployingRun,
    Settled,
    Watch,
    Looked,
    Mirror,
    Log,
}
