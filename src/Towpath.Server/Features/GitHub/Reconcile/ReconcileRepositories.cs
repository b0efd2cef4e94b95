using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Reconcile;

/// <summary>
/// Compares the repositories of applications with GitHub: at start and again and again, so that no outage is too long and no event lost for ever. What differs is taken up
/// as the event that would have told it: facts, and what follows from them.
/// </summary>
public sealed class ReconcileRepositories(
    IStore store, IGitHubAppSource app, RepositoryRounds rounds, RepositoryComparison comparison) : IRecurringWork
{
    public string Name => "reconcile-github";

    public TimeSpan Interval => TimeSpan.FromMinutes(15);

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        if (app.Current is null) return;
        await rounds.GoAsync("how it stands", _ => true, async (repository, applications) =>
        {
            var changes = await comparison.ChangesAsync(repository, applications, cancellationToken);
            if (changes.Count > 0 && await store.CommitAsync(new Commit { Fence = fence, Changes = changes }, cancellationToken) is CommitOutcome.Fenced) throw new OwnershipLostException();
        }, cancellationToken);
    }
}

/// <summary>Finds what differs in one repository, and what follows from it.</summary>
public sealed class RepositoryComparison(
    IStore store, IEnumerable<IDifferences> differences, IEnumerable<IDeliveryReaction> reactions, TimeProvider time)
{
    private readonly IReadOnlyList<IDifferences> _differences = [.. differences];
    private readonly IReadOnlyList<IDeliveryReaction> _reactions = [.. reactions];

    internal static string Setting(long repository) => string.Create(CultureInfo.InvariantCulture, $"github.compared.{repository}");

    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">It would have to wait too long for its limit.</exception>
    public async Task<IReadOnlyList<Change>> ChangesAsync(KnownRepository known, IReadOnlyList<ApplicationSpec> applications, CancellationToken cancellationToken)
    {
        if (await store.Facts.RepositoryAsync(known.Id, cancellationToken) is not { } called) return [];
        var isFirst = await store.Configuration.SettingAsync(Setting(known.Id), cancellationToken) is null;
        var repository = new ComparedRepository(known, called, applications, isFirst);
        List<Change> changes = [];
        foreach (var one in _differences)
        {
            var found = await one.FindAsync(repository, cancellationToken);
            changes.AddRange(found.Silent);
            foreach (var told in found.Events) changes.AddRange(await ChangesAsync(told, cancellationToken));
        }

        if (isFirst) changes.Add(new Change.SaveSetting(Setting(known.Id), "1"));
        return DeliveryFacts.Sorted(changes);
    }

    private async Task<IReadOnlyList<Change>> ChangesAsync(WebhookEvent told, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var delivery = new Delivery { Guid = Guid.CreateVersion7(now), Event = "reconciled", Action = told.Action, RepositoryId = told.Repository?.RepositoryId, ReceivedAt = now, State = DeliveryState.Handled, Length = 0 };
        List<Change> changes = [.. DeliveryFacts.Of(told)];
        foreach (var reaction in _reactions) changes.AddRange(await reaction.ChangesAsync(delivery, told, cancellationToken));
        return changes;
    }
}
