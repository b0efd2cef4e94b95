namespace Towpath.Cli.Output;

/// <summary>Columns that line up, for people; scripts use <c>--json</c>.</summary>
internal sealed class Table(params string[] headings)
{
    private readonly List<(string Text, Func<string, string>? Paint)[]> _rows = [];

    public void Add(params (string Text, Func<string, string>? Paint)[] cells) => _rows.Add([.. cells.Select(c => (Terminal.Clean(c.Text), c.Paint))]);

    public void Add(params string[] cells) => Add([.. cells.Select(c => (c, (Func<string, string>?)null))]);

    public void Write(TextWriter output, Paint paint)
    {
        int[] widths = [.. headings.Select((heading, i) => Math.Max(heading.Length, _rows.Count == 0 ? 0 : _rows.Max(r => r[i].Text.Length)))];
        output.WriteLine(paint.Faint(Line(i => headings[i], widths, null)));
        foreach (var row in _rows) output.WriteLine(Line(i => row[i].Text, widths, i => row[i].Paint));
    }

    private static string Line(Func<int, string> cell, int[] widths, Func<int, Func<string, string>?>? paint)
    {
        var cells = widths.Select((width, i) =>
        {
            // Padded first, painted after: escapes have no width.
            var padded = i == widths.Length - 1 ? cell(i) : cell(i).PadRight(width);
            return paint?.Invoke(i) is { } painted ? painted(padded) : padded;
        });
        return string.Join("  ", cells).TrimEnd();
    }
}
