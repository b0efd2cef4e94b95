using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Engine.Tests.Simulation;

/// <summary>What stands on a place outside, and how often that was changed.</summary>
internal sealed record Place(Digest? Current, int Revision);

/// <summary>One call that arrived outside.</summary>
/// <param name="Deployment">Whose step made it.</param>
/// <param name="Token">The step's idempotency token.</param>
/// <param name="Changed">Whether it changed anything.</param>
internal sealed record Arrival(DeploymentId Deployment, string Token, bool Changed);

/// <summary>
/// The outside world: it outlives every process, takes calls that were on their way when their sender died, and changes a place only
/// for a call that knows the place's newest revision, as conditional writes do.
/// </summary>
internal sealed class World(SimScheduler scheduler, Referee referee)
{
    private readonly SimProcess _itself = new(scheduler, "world");
    private readonly Dictionary<EnvironmentKey, Place> _places = [];

    public List<Arrival> Arrivals { get; } = [];

    public Place PlaceOf(EnvironmentKey key) => _places.GetValueOrDefault(key) ?? new Place(null, 0);

    public async Task<Place> ReadAsync(SimProcess process, EnvironmentKey key)
    {
        process.EnsureInside();
        await Task.Yield();
        return PlaceOf(key);
    }

    /// <summary>Sends the change. What happens to the sender from now on does not stop it.</summary>
    public async Task SwitchAsync(SimProcess process, StepContext context, Place expected, Digest digest, DateTimeOffset checkedAt, CancellationToken cancellationToken)
    {
        process.EnsureInside();
        cancellationToken.ThrowIfCancellationRequested();
        referee.Sent(process, context, checkedAt);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var delay = scheduler.Between(0, 500);
        using var timer = _itself.Time.CreateTimer(_ => Arrive(context, expected, digest, answer), null, delay, Timeout.InfiniteTimeSpan);
        await answer.Task;
    }

    private void Arrive(StepContext context, Place expected, Digest digest, TaskCompletionSource answer)
    {
        var key = context.Deployment.Key;
        var changed = PlaceOf(key) == expected && expected.Current != digest;
        if (changed) _places[key] = new Place(digest, expected.Revision + 1);
        Arrivals.Add(new Arrival(context.Deployment.Id, context.IdempotencyToken, changed));
        referee.Note($"world {key} {context.Step.Name} changed={changed}");
        answer.SetResult();
    }
}
