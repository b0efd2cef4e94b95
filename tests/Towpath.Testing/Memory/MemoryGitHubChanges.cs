using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Commands;
using Towpath.Core.Facts;
using Towpath.Engine.Storage;

namespace Towpath.Testing.Memory;

/// <summary>The changes of deliveries and facts.</summary>
internal static class MemoryGitHubChanges
{
    public static bool Apply(MemoryTransaction to, Change change) => ApplyDelivery(to, change) || ApplyFact(to, change);

    private static bool ApplyDelivery(MemoryTransaction to, Change change)
    {
        switch (change)
        {
            case Change.RecordDeliveries c:
                foreach (var d in c.Deliveries) Record(to, d, c.Lane);
                return true;
            case Change.SettleDelivery { Outcome: var o }:
                if (Find(to, o.Guid) is { Delivery.State: DeliveryState.Pending } pending) Replace(to, pending, pending with
                {
                    Delivery = pending.Delivery with
                    {
                        State = o.State, HandledAt = o.At, Note = o.Note, Action = o.Action, RepositoryId = o.RepositoryId, InstallationId = o.InstallationId,
                    },
                });
                return true;
            case Change.ReplayDelivery c:
                var known = Find(to, c.Guid);
                to.Expect(known is not null && known.Delivery.State != DeliveryState.Pending, $"delivery {c.Guid} is not there, or is pending");
                if (known is not null) Replace(to, known, known with { Lane = c.Lane, Delivery = known.Delivery with { State = DeliveryState.Pending, Note = null, HandledAt = null } });
                return true;
            case Change.RemoveDeliveries c:
                to.Set(to.State with { Deliveries = to.State.Deliveries.RemoveAll(d => d.Delivery.State != DeliveryState.Pending && c.Guids.Contains(d.Delivery.Guid)) });
                return true;
            default:
                return false;
        }
    }

    private static bool ApplyFact(MemoryTransaction to, Change change)
    {
        switch (change)
        {
            case Change.SaveCommitFact { Fact: var f }:
                var commit = (f.RepositoryId, f.Sha, f.Kind, f.App, f.Name, f.WorkflowRun);
                if (!to.State.CommitFacts.TryGetValue(commit, out var said) || f.Order.CompareTo(said.Order) > 0)
                    to.Set(to.State with { CommitFacts = to.State.CommitFacts.SetItem(commit, f) });
                return true;
            case Change.SaveRefFact { Fact: var f }:
                var name = (f.RepositoryId, f.Ref);
                to.Set(to.State with { RefFacts = to.State.RefFacts.SetItem(name, to.State.RefFacts.TryGetValue(name, out var stood) ? RefFact.Newest(stood, f) : f) });
                return true;
            case Change.SavePullFact { Fact: var f }:
                var number = (f.RepositoryId, f.Number);
                to.Set(to.State with { PullFacts = to.State.PullFacts.SetItem(number, to.State.PullFacts.TryGetValue(number, out var was) ? Newest(was, f) : f) });
                return true;
            case Change.SaveRepositoryName { Name: var n }:
                var called = to.State.RepositoryNames.GetValueOrDefault(n.RepositoryId);
                to.Set(to.State with { RepositoryNames = to.State.RepositoryNames.SetItem(n.RepositoryId, called is null ? n : RepositoryName.Newest(called, n)) });
                return true;
            case Change.AddPullCommand { Command: var c }:
                if (!to.State.PullCommands.ContainsKey((c.RepositoryId, c.CommentId))) Save(to, c);
                return true;
            case Change.SavePullCommand { Command: var c }:
                if (to.State.PullCommands.ContainsKey((c.RepositoryId, c.CommentId))) Save(to, c);
                return true;
            case Change.ForgetPullCommand f:
                to.Set(to.State with { PullCommands = to.State.PullCommands.Remove((f.RepositoryId, f.CommentId)) });
                return true;
            default:
                return false;
        }
    }

    private static void Save(MemoryTransaction to, PullCommand command) =>
        to.Set(to.State with { PullCommands = to.State.PullCommands.SetItem((command.RepositoryId, command.CommentId), command) });

    private static void Record(MemoryTransaction to, ReceivedDelivery d, int lane)
    {
        if (Find(to, d.Guid) is not null) return;
        var delivery = new Delivery { Guid = d.Guid, Event = d.Event, ReceivedAt = d.ReceivedAt, State = DeliveryState.Pending, Length = d.Body.Length };
        to.Set(to.State with { Deliveries = to.State.Deliveries.Add(new MemoryDelivery(delivery, lane, d.Body)) });
    }

    private static PullFact Newest(PullFact known, PullFact told)
    {
        if (told.UpdatedAt != known.UpdatedAt) return told.UpdatedAt > known.UpdatedAt ? told : known;
        var order = string.CompareOrdinal(Document(told), Document(known));
        return order == 0 ? known : (order > 0 ? told : known) with { IsDisputed = true };
    }

    private static string Document(PullFact fact) => JsonSerializer.Serialize(fact with { IsDisputed = false }, CoreJson.Default.PullFact);

    private static MemoryDelivery? Find(MemoryTransaction to, Guid guid) => to.State.Deliveries.FirstOrDefault(d => d.Delivery.Guid == guid);

    private static void Replace(MemoryTransaction to, MemoryDelivery old, MemoryDelivery @new) =>
        to.Set(to.State with { Deliveries = to.State.Deliveries.Replace(old, @new) });
}
