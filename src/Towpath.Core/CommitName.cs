namespace Towpath.Core;

/// <summary>How people name commits.</summary>
public static class CommitName
{
    private const int Length = 7;

    /// <summary>As GitHub shows it. What is shorter already stays.</summary>
    public static string Short(string commit) => commit.Length > Length ? commit[..Length] : commit;
}
