using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>How soon a plan follows a push: one look tells of all pushes until then.</summary>
/// <param name="Own">From branches of the repository itself.</param>
/// <param name="Forks">From forks, which anybody may push to as often as they like.</param>
public sealed record PlanPace(TimeSpan Own, TimeSpan Forks)
{
    public static PlanPace Usual { get; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));
}

/// <summary>The row that brings the plan of a pull request up to date.</summary>
internal static class PlanWork
{
    public const string Kind = "configuration-plan";

    public static Change Of(PullReference pull, TimeSpan delay = default) => new Change.EnqueueOnce(new WorkItem { Kind = Kind, Queue = $"{Kind}:{pull}", Subject = pull.ToString(), Delay = delay });
}

/// <summary>
/// Has a pull request planned where its repository has something of the configuration, whoever opened it: it is only looked at. What happens to a pull request without
/// changing its commits or its branch, such as labels, is not looked at again.
/// </summary>
public sealed class PlanReaction(ServerOptions options, PlanPace pace) : IDeliveryReaction
{
    public Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Change>>(told is WebhookEvent.PullRequest { Fact: { IsOpen: true } pull, Action: "opened" or "reopened" or "synchronize" or "edited" or "reconciled" } && IsOurs(told.Repository?.Name)
            ? [PlanWork.Of(new PullReference(pull.RepositoryId, pull.Number), pull.IsFork ? pace.Forks : pace.Own)]
            : []);

    private bool IsOurs(string? name) => name is not null && (IsCalled(options.ConfigurationRepository, name) || options.Deliverybot.Any(one => IsCalled(one.At, name)));

    private static bool IsCalled(ConfigurationRepository? one, string name) => string.Equals(one?.Repository, name, StringComparison.OrdinalIgnoreCase);
}
