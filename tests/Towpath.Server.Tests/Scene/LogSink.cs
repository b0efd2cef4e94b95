using System.Collections.Concurrent;

namespace Towpath.Server.Tests.Scene;

/// <summary>Everything that the server logs, whatever its level.</summary>
public sealed class LogSink : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _problems = new();

    /// <summary>What failed, with exceptions.</summary>
    public string Errors => string.Join('\n', _lines.Where(line => line.Contains("failed", StringComparison.Ordinal)));

    /// <summary>Warnings and errors, with exceptions.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    /// <summary>The last lines.</summary>
    public IEnumerable<string> Last(int count) => _lines.TakeLast(count);

    public string All => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception) + exception;
        _lines.Enqueue(line);
        if (logLevel >= LogLevel.Warning) _problems.Enqueue(line);
    }

    public void Dispose()
    {
    }
}
