using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>What a target was seen to run, and the environment as it was known before the look.</summary>
/// <param name="State">Read before the target was looked at.</param>
/// <param name="Build">What runs; saved with the adoption where <paramref name="IsNewBuild"/>.</param>
/// <param name="IsNewBuild">Whether nobody reported it yet.</param>
/// <param name="By">Who takes it over.</param>
/// <param name="Since">Since when it runs, where the target knows.</param>
/// <param name="Seen">What the target said.</param>
public sealed record AdoptionRequest(EnvironmentState State, Build Build, bool IsNewBuild, string By, DateTimeOffset? Since, string Seen);

/// <summary>Takes over what runs already as the known good state, without deploying anything: it stands in history, audit log and board like a success.</summary>
public sealed class Adoptions(IStore store, Transitions transitions, TimeProvider time)
{
    /// <param name="request">What is taken over.</param>
    /// <param name="alongside">Further changes to save with it.</param>
    /// <param name="cancellationToken">Cancels the commit before it is sent.</param>
    /// <returns>Null where something was deployed there since the state was read, or another has that version now: look again.</returns>
    public async Task<Deployment?> AdoptAsync(AdoptionRequest request, IReadOnlyList<Change> alongside, CancellationToken cancellationToken)
    {
        var requested = DeploymentMachine.Request(New(request));
        var adopted = (Next)DeploymentMachine.Apply(requested.Deployment, new DeploymentEvent.Adopted(requested.Deployment.RequestedAt, request.By, request.Since, request.Seen));
        var changes = new List<Change> { new Change.ExpectIdle(request.State.Key, request.State.Last) };
        if (request.IsNewBuild) changes.Add(new Change.RecordBuild(request.Build));
        changes.AddRange(transitions.OfRequest(requested, adopted));
        changes.AddRange(alongside);
        return await store.CommitAsync(new Commit { Changes = changes }, cancellationToken) is CommitOutcome.Committed ? adopted.Deployment : null;
    }

    private Deployment New(AdoptionRequest request) => new()
    {
        Id = DeploymentId.New(time),
        Key = request.State.Key,
        BuildId = request.Build.Id,
        Commit = request.Build.Commit,
        Version = request.Build.Version,
        Digest = request.Build.Digest,
        Artifacts = request.Build.Artifacts,
        Origin = Origin.Adopted,
        RequestedBy = request.By,
        RequestedAt = time.GetUtcNow(),
        PhaseSince = time.GetUtcNow(),
        Author = request.Build.Author,
        Reason = request.Seen,
    };
}
