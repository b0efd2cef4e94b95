using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>Collects a run's log lines and writes them in order, while the step runs and at the latest before its next transition.</summary>
public sealed partial class LogBuffer(IStore store, DeploymentId deployment, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private List<LogLine> _lines = [];
    private Task _writing = Task.CompletedTask;

    public void Add(string step, string text)
    {
        lock (_lock)
        {
            _lines.Add(new LogLine(0, time.GetUtcNow(), step, text));
            if (_writing.IsCompleted) _writing = WriteAsync();
        }
    }

    /// <summary>Waits until everything that was added is written or given up. A log line never fails a deployment.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return _writing.IsCompleted ? Task.CompletedTask : _writing.WaitAsync(cancellationToken);
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
