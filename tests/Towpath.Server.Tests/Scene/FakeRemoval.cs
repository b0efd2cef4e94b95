using System.Collections.Concurrent;
using Towpath.Core.Targets;

namespace Towpath.Server.Tests.Scene;

/// <summary>Takes away what the fake target deployed, and remembers where.</summary>
public sealed class FakeRemoval : ITargetRemoval
{
    public string Kind => "fake";

    public ConcurrentQueue<string> Removed { get; } = [];

    /// <summary>What it answers first.</summary>
    public Queue<RemovalResult> Answers { get; } = [];

    public Task<RemovalResult> RemoveAsync(TargetLook look, CancellationToken cancellationToken)
    {
        lock (Answers)
            if (Answers.TryDequeue(out var answer)) return Task.FromResult(answer);
        Removed.Enqueue(look.Key.ToString());
        return Task.FromResult<RemovalResult>(new RemovalResult.Removed("all of it"));
    }
}
