using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>The facts that an event tells.</summary>
internal static class DeliveryFacts
{
    public static IEnumerable<Change> Of(WebhookEvent told)
    {
        if (told is WebhookEvent.NotUnderstood or WebhookEvent.Ignored) yield break;
        if (told.Repository is { } name) yield return new Change.SaveRepositoryName(name);
        Change? fact = told switch
        {
            WebhookEvent.Push push => new Change.SaveRefFact(push.Fact),
            WebhookEvent.Deleted deleted => new Change.SaveRefFact(deleted.Fact),
            WebhookEvent.PullRequest pull => new Change.SavePullFact(pull.Fact),
            WebhookEvent.Status status => new Change.SaveCommitFact(status.Fact),
            WebhookEvent.CheckRun check => new Change.SaveCommitFact(check.Fact),
            _ => null,
        };
        if (fact is not null) yield return fact;
    }

    /// <summary>In one order for everybody: two lanes that save facts of the same things would otherwise wait for each other.</summary>
    public static IReadOnlyList<Change> Sorted(IEnumerable<Change> changes) => [.. changes.Distinct().OrderBy(Key, StringComparer.Ordinal)];

    private static string Key(Change change) => change switch
    {
        Change.SaveRepositoryName { Name: var n } => $"1 {n.RepositoryId}",
        Change.SaveRefFact { Fact: var f } => $"2 {f.RepositoryId} {f.Ref}",
        Change.SavePullFact { Fact: var f } => $"3 {f.RepositoryId} {f.Number}",
        Change.SaveCommitFact { Fact: var f } => $"4 {f.RepositoryId} {f.Sha} {f.Kind} {f.App} {f.Name} {f.WorkflowRun}",
        Change.LookAt l => $"5 {l.RepositoryId} {l.Subject}",
        Change.SaveDeployingRun r => $"5 {r.RepositoryId} {r.Sha} {r.RunId}",
        Change.SettleDelivery => "9",
        _ => "6",
    };
}
