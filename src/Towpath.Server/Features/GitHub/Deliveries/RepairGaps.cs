using System.Globalization;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Webhooks;
using Towpath.GitHub.Webhooks.Gaps;

namespace Towpath.Server.Features.GitHub.Deliveries;

/// <summary>Compares what GitHub says it delivered with what is here, and asks for what is missing. It arrives as a delivery like any other.</summary>
public sealed partial class RepairGaps(IStore store, IEnumerable<IDeliveryLog> logs, TimeProvider time, ILogger<RepairGaps> logger) : IRecurringWork
{
    /// <summary>Up to when everything that GitHub delivered is known to be here or was asked for.</summary>
    internal const string Swept = "github.deliveries.swept";

    /// <summary>GitHub's list is not promised to be complete at once, and what was asked for may get lost as well.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    private readonly IReadOnlyList<IDeliveryLog> _logs = [.. logs];

    public string Name => "repair-gaps";

    public TimeSpan Interval => TimeSpan.FromMinutes(5);

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        if (_logs.Count == 0) return;
        var now = time.GetUtcNow();
        var from = await FromAsync(now, cancellationToken);
        foreach (var log in _logs) await RepairAsync(log, from, now, cancellationToken);
        await store.CommitAsync(new Commit { Fence = fence, Changes = [new Change.SaveSetting(Swept, now.ToString("O", CultureInfo.InvariantCulture))] }, cancellationToken);
    }

    private async Task RepairAsync(IDeliveryLog log, DateTimeOffset from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var attempts = await log.SinceAsync(from, cancellationToken);
        var known = new HashSet<Guid>();
        foreach (var part in attempts.Select(attempt => attempt.Guid).Distinct().Chunk(500)) known.UnionWith(await store.Deliveries.KnownAsync(part, cancellationToken));
        var missing = DeliveryGaps.Missing(attempts, known, WebhookReader.Used, now);
        if (missing.Count > 0) Log.Missing(logger, missing.Count);
        foreach (var attempt in missing)
        {
            try
            {
                await log.RedeliverAsync(attempt.Id, cancellationToken);
            }
            catch (GitHubException refused) when (!refused.IsTransient)
            {
                // One that GitHub does not have any more keeps none of the others back.
                Log.Refused(logger, attempt.Guid, Web.PlainLines.Of(refused.Message));
            }
        }
    }

    private async Task<DateTimeOffset> FromAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var earliest = now - DeliveryGaps.Reach;
        var swept = await store.Configuration.SettingAsync(Swept, cancellationToken);
        return DateTimeOffset.TryParse(swept, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) && at - Overlap > earliest ? at - Overlap : earliest;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} deliveries of GitHub never arrived here; they are asked for again")]
        public static partial void Missing(ILogger logger, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Guid} never arrived, and GitHub does not send it again: {Why}")]
        public static partial void Refused(ILogger logger, Guid guid, string why);
    }
}
