using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>Has the configuration read when GitHub tells that something happened to its repository.</summary>
public sealed class ConfigurationReaction(ServerOptions options) : IDeliveryReaction
{
    public Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Change>>(IsAboutIt(told) ? [RecurringHandler.Soon(ReadConfiguration.WorkName)] : []);

    private bool IsAboutIt(WebhookEvent told)
    {
        if (options.ConfigurationRepository is not { } configured) return false;
        // One that was renamed is told of under its new name.
        if (told is WebhookEvent.RepositoryChanged) return true;
        return string.Equals(told.Repository?.Name, configured.Repository, StringComparison.OrdinalIgnoreCase) && told switch
        {
            WebhookEvent.Push push => configured.Branch is not { } branch || string.Equals(push.Fact.Ref, $"refs/heads/{branch}", StringComparison.Ordinal),
            _ => told is WebhookEvent.Deleted,
        };
    }
}
