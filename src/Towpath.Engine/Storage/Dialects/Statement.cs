using System.Globalization;
using System.Text.RegularExpressions;

namespace Towpath.Engine.Storage.Dialects;

/// <summary>
/// One statement in both dialects, with arguments <c>$1</c>, <c>$2</c> … and <c>{now}</c> for the store's clock. A statement
/// that carries an expectation returns one row for each row it touched.
/// </summary>
/// <param name="shared">The text where both agree, else SQLite's.</param>
/// <param name="postgres">PostgreSQL's text where it differs.</param>
internal sealed partial class Statement(string shared, string? postgres = null)
{
    public string Sqlite { get; } = shared.Replace("{now}", "$now", StringComparison.Ordinal);

    public bool UsesClock { get; } = shared.Contains("{now}", StringComparison.Ordinal);

    public string Postgres { get; } = ForPostgres(postgres ?? shared);

    /// <summary>PostgreSQL's text with three more arguments: expected number of rows, error state, and what to say.</summary>
    public string PostgresExpecting { get; } = Expecting(ForPostgres(postgres ?? shared));

    /// <summary>Null where each row has a statement of its own.</summary>
    public Several? Several { get; init; }

    /// <summary>It reads what belongs to one thing, by an index, and may share its round trip to PostgreSQL with others.</summary>
    public bool IsByKey { get; init; }

    internal static string ForPostgres(string text) => text.Replace("{now}", "towpath_now()", StringComparison.Ordinal);

    internal static string Expecting(string text)
    {
        var own = Argument().Matches(text).Select(match => int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
        return $"WITH touched AS ({text}) SELECT towpath_expect((SELECT count(*) FROM touched), ${own + 1}, ${own + 2}, ${own + 3})";
    }

    [GeneratedRegex(@"\$(?<number>[0-9]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Argument();
}
