using System.Runtime.CompilerServices;

namespace Towpath.Testing;

/// <summary>
/// Compares a text with the reviewed one that lies beside the test, in <c>Snapshots/NAME.txt</c>. With <c>TOWPATH_UPDATE_SNAPSHOTS=1</c>
/// it writes the file instead; the review is then the difference that the commit shows.
/// </summary>
public static class Snapshot
{
    private const string Update = "TOWPATH_UPDATE_SNAPSHOTS";

    /// <exception cref="SnapshotException">The text is another one than the reviewed one.</exception>
    public static void Matches(string actual, [CallerMemberName] string name = "", [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test) ?? ".", "Snapshots", name + ".txt");
        var text = Normalize(actual);
        if (string.Equals(Environment.GetEnvironmentVariable(Update), "1", StringComparison.Ordinal))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }

        var expected = File.Exists(path) ? Normalize(File.ReadAllText(path)) : "";
        if (!string.Equals(expected, text, StringComparison.Ordinal)) throw new SnapshotException(Difference(path, expected, text));
    }

    private static string Difference(string path, string expected, string actual)
    {
        string[] before = expected.Split('\n'), after = actual.Split('\n');
        var line = 0;
        while (line < before.Length && line < after.Length && string.Equals(before[line], after[line], StringComparison.Ordinal)) line++;
        return $"""
            {path} differs from line {line + 1} on
              reviewed: {before.ElementAtOrDefault(line) ?? "(end)"}
              found:    {after.ElementAtOrDefault(line) ?? "(end)"}
            Where the new text is right, run the test with {Update}=1 and review the difference.
            """;
    }

    private static string Normalize(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
}

public sealed class SnapshotException : Exception
{
    public SnapshotException()
    {
    }

    public SnapshotException(string message) : base(message)
    {
    }

    public SnapshotException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
