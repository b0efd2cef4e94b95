using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>
/// Collects a run's log lines and keeps their order. What comes shortly before a transition is saved in the same commit as that; what a long step tells is written
/// while it runs.
/// </summary>
public sealed partial class LogBuffer(IStore store, DeploymentId deployment, TimeProvider time, ILogger logger)
{
    /// <summary>So long lines wait for a transition, or for more lines.</summary>
    internal static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private List<LogLine> _lines = [];
    private Task _writing = Task.CompletedTask;
    private ITimer? _timer;

    public void Add(string step, string text)
    {
        lock (_lock)
        {
            _lines.Add(new LogLine(0, time.GetUtcNow(), step, text));
            if (_writing.IsCompleted) _timer ??= time.CreateTimer(_ => Begin(), null, Gather, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Waits until everything that was added is written or given up. A log line never fails a deployment.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Begin();
            return _writing.IsCompleted ? Task.CompletedTask : _writing.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What is not written yet, for a caller that saves it together with something else. What is being written is waited for.</summary>
    public async Task<IReadOnlyList<LogLine>> TakeAsync(CancellationToken cancellationToken)
    {
        Task writing;
        lock (_lock)
        {
            StopTimer();
            writing = _writing;
        }

        if (!writing.IsCompleted) await writing.WaitAsync(cancellationToken);
        lock (_lock)
        {
            var taken = _lines;
            if (taken.Count > 0) _lines = [];
            return taken;
        }
    }

    /// <summary>Those that were taken and could not be saved with the rest.</summary>
    public Task GiveBackAsync(IReadOnlyList<LogLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0) return Task.CompletedTask;
        lock (_lock) _lines.InsertRange(0, lines);
        return FlushAsync(cancellationToken);
    }

    private void Begin()
    {
        lock (_lock)
        {
            StopTimer();
            if (_writing.IsCompleted && _lines.Count > 0) _writing = WriteAsync();
        }
    }

    private void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private async Task WriteAsync()
    {
        await Task.Yield();
        while (Take() is { Count: > 0 } lines)
        {
            try
            {
                await store.AppendLogAsync(deployment, lines, CancellationToken.None);
            }
            catch (StoreUnavailableException)
            {
                // The deployment itself will meet the same store; the lines are lost, and say nothing that the journal does not have.
                return;
            }
#pragma warning disable CA1031 // Whatever is wrong with these lines: the deployment goes on without them.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.Lost(logger, exception, lines.Count, deployment.Value);
            }
        }
    }

    private List<LogLine> Take()
    {
        lock (_lock)
        {
            var taken = _lines;
            if (taken.Count > 0) _lines = [];
            // Marked as done under the lock, so that a line added from now on starts a new round.
            else _writing = Task.CompletedTask;
            return taken;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} log lines of deployment {Id} could not be written and are lost")]
        public static partial void Lost(ILogger logger, Exception exception, int count, string id);
    }
}
