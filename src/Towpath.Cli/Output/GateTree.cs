using Towpath.Core.Gates;

namespace Towpath.Cli.Output;

/// <summary>The result tree of the gates in lines: sign, word, what was found and what to do.</summary>
internal sealed class GateTree(Paint paint)
{
    public void Write(TextWriter output, GateResult result) => Write(output, GateWords.Lines(result));

    public void Write(TextWriter output, IReadOnlyList<GateLine> lines)
    {
        foreach (var line in lines)
        {
            var sign = line.Open ? paint.Green("✓ open  ") : paint.Yellow("✗ closed");
            output.WriteLine($"  {new string(' ', line.Depth * 2)}{sign} {Terminal.Clean(line.Text)}");
            if (line.WhatToDo is { } whatToDo) output.WriteLine($"  {new string(' ', line.Depth * 2)}         → {Terminal.Clean(whatToDo)}");
        }
    }
}
