using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Towpath.GitHub.Calling;

/// <summary>
/// A path below the API's root, written as an interpolated text: what is interpolated is one segment or one value of the query, and escaped, so that no
/// name of a user's leads to another endpoint.
/// </summary>
[InterpolatedStringHandler]
public readonly struct GitHubPath
{
    private readonly StringBuilder _text;

    public GitHubPath(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + formattedCount * 16);

    public void AppendLiteral(string literal) => _text.Append(literal);

    /// <exception cref="ArgumentException">It is empty, or a step up.</exception>
    public void AppendFormatted(string value) => _text.Append(Escape(value));

    public void AppendFormatted(long value) => _text.Append(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Several segments: a file's path, a ref.</summary>
    /// <exception cref="ArgumentException">One of them is empty, or a step up.</exception>
    public void AppendFormatted(Segments segments) => _text.AppendJoin('/', segments.Text.Split('/').Select(Escape));

    /// <summary>Goes on: further values of the query.</summary>
    public void Add(GitHubPath more) => _text.Append(more._text);

    public override string ToString() => _text.ToString();

    private static string Escape(string value) => value is "" or "." or ".."
        ? throw new ArgumentException($"'{value}' cannot be part of an address", nameof(value))
        : Uri.EscapeDataString(value);
}

/// <summary>A text whose slashes part segments.</summary>
public readonly record struct Segments(string Text);
