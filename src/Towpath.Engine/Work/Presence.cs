using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>
/// What the nodes that run now have, so that people see when nobody can do what stands in line. For people only: no claim depends on it.
/// Each node changes an entry of its own again and again; one that stands still has no node any more. Clocks are never compared.
/// </summary>
public sealed class Presence(IStore store, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private const string Prefix = "node/";
    private static readonly TimeSpan Life = Interval * 6;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    private FrozenSet<string>? _capabilities;
    private long _beats;

    /// <summary>Whether no node that runs now has what is needed; false while it is not known.</summary>
    public bool Lacks(string? capability) =>
        capability is not null && Volatile.Read(ref _capabilities) is { } capabilities && !capabilities.Contains(capability);

    /// <summary>Says that this node runs, and looks who else does.</summary>
    public async Task BeatAsync(NodeIdentity node, CancellationToken cancellationToken)
    {
        var beat = new JsonObject { ["name"] = node.Name, ["capabilities"] = new JsonArray([.. node.Capabilities.Select(c => JsonValue.Create(c))]), ["beat"] = ++_beats };
        await CommitAsync(new Change.SaveSetting(Prefix + node.Id, beat.ToJsonString()), cancellationToken);
        await LookAsync(cancellationToken);
    }

    /// <summary>Says that this node runs no more.</summary>
    public Task LeaveAsync(NodeIdentity node, CancellationToken cancellationToken) => CommitAsync(new Change.TakeSetting(Prefix + node.Id), cancellationToken);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var entries = await store.Configuration.SettingsAsync(Prefix, cancellationToken);
        var now = time.GetTimestamp();
        _seen = entries.ToDictionary(
            e => e.Key, e => _seen.GetValueOrDefault(e.Key) is { } before && string.Equals(before.Beat, e.Value, StringComparison.Ordinal) ? before : new Seen(e.Value, now),
            StringComparer.Ordinal);
        Volatile.Write(ref _capabilities, _seen.Values.Where(s => Age(s, now) < Life).SelectMany(CapabilitiesOf).ToFrozenSet(StringComparer.Ordinal));
        // Should it run after all, its next beat brings it back.
        foreach (var (name, _) in _seen.Where(s => Age(s.Value, now) > Kept)) await CommitAsync(new Change.TakeSetting(name), cancellationToken);
    }

    private TimeSpan Age(Seen seen, long now) => time.GetElapsedTime(seen.Since, now);

    private static IEnumerable<string> CapabilitiesOf(Seen seen) => JsonNode.Parse(seen.Beat)!["capabilities"]!.AsArray().Select(c => c!.GetValue<string>());

    /// <summary>A conflict means that another node took the entry out: that is what was wanted.</summary>
    private Task<CommitOutcome> CommitAsync(Change change, CancellationToken cancellationToken) =>
        store.CommitAsync(new Commit { Changes = [change] }, cancellationToken);

    private sealed record Seen(string Beat, long Since);
}

/// <summary>Says that the node runs while the host lives.</summary>
internal sealed partial class PresenceService(Presence presence, WorkNode node, EngineServices services) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Presence.Interval, services.Time);
        try
        {
            do await TryAsync(() => presence.BeatAsync(node.Identity, stoppingToken), stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await TryAsync(() => presence.LeaveAsync(node.Identity, CancellationToken.None), CancellationToken.None);
        }
    }

    private async Task TryAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act();
        }
#pragma warning disable CA1031 // It must outlive whatever the store does, as the worker loop does.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.Failed(services.Logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "It could not be said that this node runs; tried again soon")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
