using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Deployments;

namespace Towpath.Testing;

/// <summary>A journal in memory. It keeps the state as JSON, as a real one does; whoever dies leaves what was written.</summary>
public sealed class MemoryJournal : IJournal
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private string _state = "";

    public Deployment State
    {
        get
        {
            lock (_lock) return JsonSerializer.Deserialize(_state, CoreJson.Default.Deployment)!;
        }
    }

    /// <summary>When the current step wants to be looked at again.</summary>
    public DateTimeOffset? LookAgainAt { get; private set; }

    /// <summary>The longest that a step slept between two looks.</summary>
    public TimeSpan LongestSleep { get; private set; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    /// <summary>All that waiting steps said, without repetitions.</summary>
    public List<string> Progress { get; } = [];

    public void Begin(Deployment deployment) => _state = JsonSerializer.Serialize(deployment, CoreJson.Default.Deployment);

    public Task<Deployment> ReadAsync(DeploymentId id, CancellationToken cancellationToken) => Task.FromResult(State);

    public Task<JournalWrite> WriteAsync(Deployment before, Next transition, CancellationToken cancellationToken)
    {
        // A process that was killed writes nothing any more.
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (State.Revision != before.Revision) return Task.FromResult(JournalWrite.Conflict);
            _state = JsonSerializer.Serialize(transition.Deployment, CoreJson.Default.Deployment);
            if (transition.Effects.OfType<Effect.LookAgain>().LastOrDefault() is { } again) LookAgainAt = again.At;
            if (transition.Event is DeploymentEvent.StepWaiting waiting)
            {
                if (waiting.Until - waiting.At > LongestSleep) LongestSleep = waiting.Until - waiting.At;
                if (!Progress.Contains(waiting.Progress)) Progress.Add(waiting.Progress);
            }
        }

        return Task.FromResult(JournalWrite.Written);
    }

    /// <summary>As somebody else does it, such as a person who cancels.</summary>
    public void Apply(DeploymentEvent happened)
    {
        lock (_lock) _state = JsonSerializer.Serialize(((Next)DeploymentMachine.Apply(State, happened)).Deployment, CoreJson.Default.Deployment);
    }

    public Task<bool> IsOwnedAsync(CancellationToken cancellationToken) => Task.FromResult(!cancellationToken.IsCancellationRequested);

    public void Log(DeploymentId id, string step, string text)
    {
        lock (_lock) _lines.Add($"{step}: {text}");
    }
}
