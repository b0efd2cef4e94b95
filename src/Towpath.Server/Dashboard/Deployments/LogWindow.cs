using System.Text.RegularExpressions;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Server.Dashboard.Deployments;

/// <summary>Some lines of a log: its end, or from where the reader asked.</summary>
/// <param name="Lines">In order.</param>
/// <param name="IsEnd">These are the last lines there are now.</param>
public sealed partial record LogWindow(IReadOnlyList<LogLine> Lines, bool IsEnd)
{
    public const int Size = 1000;

    /// <summary>What a line says that tells of an error; the page's script looks for the same in lines that come later.</summary>
    public const string ErrorWords = @"\b(?:error|errors|failed|failure|fatal|exception|panic|refused|denied|timed out)\b";

    public long First => Lines.Count == 0 ? 0 : Lines[0].Sequence;

    public long Last => Lines.Count == 0 ? 0 : Lines[^1].Sequence;

    public long? FirstError { get; } = Lines.FirstOrDefault(line => Error().IsMatch(line.Text))?.Sequence;

    /// <summary>The window that a line stands in for good, however the log grows.</summary>
    public static long StartOf(long sequence) => ((sequence - 1) / Size * Size) + 1;

    [GeneratedRegex(ErrorWords, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Error();
}

/// <summary>Reads a part of a log, wherever in millions of lines it stands.</summary>
public sealed class LogWindows(IStore store)
{
    /// <param name="id">Whose log.</param>
    /// <param name="from">The first line wanted; null for the end.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<LogWindow> ReadAsync(DeploymentId id, long? from, CancellationToken cancellationToken)
    {
        if (from is null && await AtAsync(id, LogWindow.Size + 1, cancellationToken))
            from = Math.Max(1, await LastAsync(id, cancellationToken) - LogWindow.Size + 1);
        // One more than shown tells whether there are more.
        var lines = await store.Deployments.LogAsync(id, Math.Max(1, from ?? 1) - 1, LogWindow.Size + 1, cancellationToken);
        return lines.Count > LogWindow.Size ? new LogWindow([.. lines.Take(LogWindow.Size)], IsEnd: false) : new LogWindow(lines, IsEnd: true);
    }

    /// <summary>Sequences have no gaps, so a few looks by key find the last one.</summary>
    private async Task<long> LastAsync(DeploymentId id, CancellationToken cancellationToken)
    {
        long low = LogWindow.Size, high = 2 * LogWindow.Size;
        while (await AtAsync(id, high, cancellationToken)) (low, high) = (high, high * 2);
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (await AtAsync(id, middle, cancellationToken)) low = middle;
            else high = middle;
        }

        return low;
    }

    private async Task<bool> AtAsync(DeploymentId id, long sequence, CancellationToken cancellationToken) =>
        (await store.Deployments.LogAsync(id, sequence - 1, 1, cancellationToken)).Count > 0;
}
