using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Local.Tests;

/// <summary>Stands in for the runner: keeps what steps journal.</summary>
internal sealed class FakeStepHost : IStepHost
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public JsonObject? Undo { get; private set; }

    public bool Owned { get; set; } = true;

    public Task RecordUndoAsync(JsonObject undo, CancellationToken cancellationToken)
    {
        Undo = undo;
        return EnsureOwnedAsync(cancellationToken);
    }

    public Task EnsureOwnedAsync(CancellationToken cancellationToken) => Owned ? Task.CompletedTask : Task.FromException(new OwnershipLostException());

    public void Log(string step, string text) => Lines.Enqueue(text);

    public StepContext ContextOf(PlanStep step, DateTimeOffset startedAt, int attempt = 1)
    {
        var deployment = new Deployment
        {
            Id = new DeploymentId("0195f0000000700080000000000000aa"), Key = new EnvironmentKey("docs", "dev"), BuildId = "b", Commit = "c", Version = "v",
            Digest = Digest.Of("x"), Artifacts = [], Origin = Origin.Manual, RequestedBy = "kim", RequestedAt = startedAt, Phase = Phase.Running,
        };
        return new StepContext(deployment, step, new StepRecord { Attempt = attempt, StartedAt = startedAt, Undo = Undo }, this);
    }
}
