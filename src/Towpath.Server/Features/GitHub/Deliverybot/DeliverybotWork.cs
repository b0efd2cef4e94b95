using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;

namespace Towpath.Server.Features.GitHub.Deliverybot;

/// <summary>The row that looks at the Deliverybot file of one repository.</summary>
internal static class DeliverybotWork
{
    public const string Kind = "deliverybot-file";

    public static Change Of(DeliverybotRepository repository) => new Change.EnqueueOnce(new WorkItem
    {
        Kind = Kind, Queue = $"{Kind}:{repository.At.Repository}", Subject = repository.At.Repository,
    });
}

/// <summary>Has the file of a repository looked at when GitHub tells of a push there, or that something became of the repository itself.</summary>
public sealed class DeliverybotReaction(ServerOptions options) : IDeliveryReaction
{
    public Task<IReadOnlyList<Change>> ChangesAsync(Delivery delivery, WebhookEvent told, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Change>>(options.Deliverybot.Count == 0 ? [] : [.. options.Deliverybot.Where(one => IsAbout(told, one)).Select(DeliverybotWork.Of)]);

    private static bool IsAbout(WebhookEvent told, DeliverybotRepository repository) => told switch
    {
        // One that was renamed is told of under its new name.
        WebhookEvent.RepositoryChanged => true,
        WebhookEvent.Push push => IsOf(told, repository) && (repository.At.Branch is { } branch
            ? string.Equals(push.Fact.Ref, $"refs/heads/{branch}", StringComparison.Ordinal)
            : push.Fact.Ref.StartsWith("refs/heads/", StringComparison.Ordinal)),
        WebhookEvent.Deleted => IsOf(told, repository),
        _ => false,
    };

    internal static bool IsOf(WebhookEvent told, DeliverybotRepository repository) => string.Equals(told.Repository?.Name, repository.At.Repository, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Has every repository's file looked at from time to time, since GitHub may not tell of a push, and takes out of the configuration what <c>towpath.yaml</c> no longer names.
/// </summary>
public sealed class SweepDeliverybot(ServerOptions options, IStore store, Configurations configurations) : IRecurringWork
{
    public const string WorkName = "sweep-deliverybot";

    public string Name => WorkName;

    public TimeSpan Interval => TimeSpan.FromMinutes(5);

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        var wanted = options.Deliverybot.Select(one => one.Place).ToHashSet();
        var stored = await store.Configuration.CurrentAsync(cancellationToken);
        foreach (var place in (stored?.Files.Keys ?? []).Select(Core.Deliverybot.DeliverybotPlace.Of).OfType<Core.Deliverybot.DeliverybotPlace>().Where(place => !wanted.Contains(place)))
            await configurations.TakeUpAsync(place, text: null, commit: null, "towpath", fence, cancellationToken);
        if (wanted.Count > 0 && await store.CommitAsync(new Commit { Fence = fence, Changes = [.. options.Deliverybot.Select(DeliverybotWork.Of)] }, cancellationToken) is CommitOutcome.Fenced)
            throw new Core.Deployments.OwnershipLostException();
    }
}
