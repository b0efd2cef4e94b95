using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Towpath.Core.Applications;

namespace Towpath.Core.Tests.Applications;

/// <summary>
/// Reads files of broken specs: <c>=== title</c> begins a case, <c>--- path</c> a file of it. What the validator says is
/// written beside the line that it means, as one text to review.
/// </summary>
internal static class BrokenCases
{
    public static IEnumerable<(string Title, Dictionary<string, string> Files)> Read(string name, [CallerFilePath] string test = "")
    {
        var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(test)!, "Cases", name)).ReplaceLineEndings("\n");
        foreach (var part in text.Split("=== ", StringSplitOptions.RemoveEmptyEntries))
        {
            var pieces = part.Split("\n--- ");
            yield return (pieces[0].Trim(), pieces.Skip(1).ToDictionary(
                p => p[..p.IndexOf('\n', StringComparison.Ordinal)], p => p[(p.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimEnd('\n') + "\n", StringComparer.Ordinal));
        }
    }

    public static string Show(string title, Dictionary<string, string> files, IReadOnlyList<SpecError> errors)
    {
        var shown = new StringBuilder().Append("== ").Append(title).Append('\n');
        if (errors.Count == 0) shown.Append("   no errors\n");
        foreach (var error in errors)
        {
            shown.Append(error).Append('\n');
            var line = files.GetValueOrDefault(error.File, "").Split('\n').ElementAtOrDefault(error.Line - 1) ?? "";
            if (line.Length is > 0 and < 160)
                shown.Append(CultureInfo.InvariantCulture, $"    | {line}\n    | {new string(' ', error.Column - 1)}^\n");
        }

        return shown.Append('\n').ToString();
    }
}
