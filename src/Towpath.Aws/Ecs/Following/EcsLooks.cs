using System.Text.Json.Nodes;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Ecs.Following;

/// <summary>
/// Looks at services and their deployments, joined over all deployments of this process: five hundred that are followed at once ask few questions.
/// A session of its own makes them, one for each role.
/// </summary>
internal sealed class EcsLooks(EcsClient ecs, TimeProvider time)
{
    private const string Session = "towpath-look";
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(50);

    private readonly CallBatcher<LookPlace, string, Seen> _services = new(
        EcsClient.MostServices, Window, (place, names, ct) => AskAsync(names, some => ecs.DescribeServicesAsync(ScopeOf(place), place.Cluster, some, ct), NamesOfService), time);

    private readonly CallBatcher<LookPlace, string, Seen> _deployments = new(
        EcsClient.MostDeployments, Window, (place, arns, ct) => AskAsync(arns, some => ecs.DescribeServiceDeploymentsAsync(ScopeOf(place), some, ct), d => [d.Text("serviceDeploymentArn")]), time);

    private readonly CallBatcher<LookPlace, string, Seen> _revisions = new(
        EcsClient.MostDeployments, Window, (place, arns, ct) => AskAsync(arns, some => ecs.DescribeServiceRevisionsAsync(ScopeOf(place), some, ct), r => [r.Text("serviceRevisionArn")]), time);

    /// <summary>Null where the cluster has no such service.</summary>
    public async Task<JsonObject?> ServiceAsync(AwsScope scope, string cluster, string service, CancellationToken cancellationToken) =>
        Open(await _services.GetAsync(new LookPlace(scope.Region, scope.Role, cluster), service, cancellationToken)) is { } found && found.Text("status") != "INACTIVE" ? found : null;

    /// <summary>Null where ECS does not show it, which soon after it was made means nothing.</summary>
    public async Task<JsonObject?> ServiceDeploymentAsync(AwsScope scope, string arn, CancellationToken cancellationToken) =>
        Open(await _deployments.GetAsync(new LookPlace(scope.Region, scope.Role, ""), arn, cancellationToken));

    public async Task<JsonObject?> ServiceRevisionAsync(AwsScope scope, string arn, CancellationToken cancellationToken) =>
        Open(await _revisions.GetAsync(new LookPlace(scope.Region, scope.Role, ""), arn, cancellationToken));

    // Many wait for one of these, and who begins a deployment meanwhile asks much that can wait.
    private static AwsScope ScopeOf(LookPlace place) => new(place.Region, place.Role, Session) { GoesFirst = true };

    private static JsonObject? Open(Seen? seen) => seen?.Refused is { } refused ? throw new AwsException(refused.Failure, refused) : seen?.Document;

    private static IEnumerable<string?> NamesOfService(JsonObject service) => [service.Text("serviceName"), service.Text("serviceArn")];

    // One that may not be looked at, or has a name that ECS does not take, must not keep the others of its batch from being seen. A cluster is all of theirs.
    private static async Task<IReadOnlyDictionary<string, Seen>> AskAsync(
        IReadOnlyList<string> keys, Func<IReadOnlyList<string>, Task<IReadOnlyList<JsonObject>>> ask, Func<JsonObject, IEnumerable<string?>> namesOf)
    {
        var seen = new Dictionary<string, Seen>(StringComparer.Ordinal);
        try
        {
            foreach (var document in await ask(keys))
                foreach (var name in namesOf(document).OfType<string>()) seen[name] = new Seen(document, null);
        }
        catch (AwsException e) when (IsOfOne(e) && keys.Count > 1)
        {
            foreach (var key in keys)
                foreach (var (name, one) in await AskAsync([key], ask, namesOf)) seen[name] = one;
        }
        catch (AwsException e) when (IsOfOne(e))
        {
            seen[keys[0]] = new Seen(null, e);
        }

        return seen;
    }

    private static bool IsOfOne(AwsException e) => !e.IsTransient && !e.IsAboutCredentials && e.Code != "ClusterNotFoundException";

    private sealed record LookPlace(string Region, string? Role, string Cluster);

    private sealed record Seen(JsonObject? Document, AwsException? Refused);
}
