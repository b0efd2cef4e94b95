namespace Towpath.Core.Applications;

/// <summary>One thing wrong in one place of a file that people wrote. Lines and columns count from 1.</summary>
/// <param name="File">The path as the user gave it.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Code">A stable code such as <c>unknown-key</c>, for documentation and <c>--json</c>.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record SpecError(string File, int Line, int Column, string Code, string Message)
{
    public override string ToString() => $"{File}:{Line}:{Column}: {Message} [{Code}]";
}
