using Towpath.Core.Targets;

namespace Towpath.Cli.Output;

/// <summary>What an inspection found, in lines: sign, word, subject and what it is or what to do.</summary>
internal sealed class FindingTree(Paint paint)
{
    public void Write(TextWriter output, Finding finding, int depth = 1)
    {
        var detail = finding.Detail is { } text ? $": {Terminal.Clean(text)}" : "";
        output.WriteLine($"{new string(' ', depth * 2)}{Sign(finding.State)} {Terminal.Clean(finding.Subject)}{detail}");
        foreach (var child in finding.Children) Write(output, child, depth + 1);
    }

    private string Sign(FindingState state) => state switch
    {
        FindingState.Ok => paint.Green("✓ ok     "),
        FindingState.Skipped => paint.Faint("- skipped"),
        FindingState.Wrong => paint.Red("✗ wrong  "),
    };
}
