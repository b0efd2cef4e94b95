using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Towpath.Server.Web;

/// <summary>One line for each event: instant, level, what happened. Whatever a message holds, it stays on its line.</summary>
internal sealed class PlainFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "towpath";

    /// <summary>The host's own event for a start that failed. Whoever starts us gets the exception and tells it in words of ours.</summary>
    private const string StartFailed = "HostedServiceStartupFaulted";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.EventId.Name == StartFailed) return;
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        textWriter.Write(Word(logEntry.LogLevel));
        textWriter.Write(PlainLines.Of(message));
        if (logEntry.Exception is { } exception) textWriter.Write(" | " + Inline(exception));
        textWriter.Write('\n');
    }

    private static string Inline(Exception exception) =>
        string.Join(" ", exception.ToString().Split('\n').Select(line => PlainLines.Of(line.Trim())));

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => " trace ",
        LogLevel.Debug => " debug ",
        LogLevel.Information => " info  ",
        LogLevel.Warning => " warn  ",
        LogLevel.Error => " error ",
        LogLevel.Critical => " fatal ",
        LogLevel.None => " ",
    };
}
