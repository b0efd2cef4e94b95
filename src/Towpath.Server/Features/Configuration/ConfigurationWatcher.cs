using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.Configuration;

/// <summary>
/// Takes the folder's content up whenever it changes. While it is wrong the old configuration stays in force. Nothing is taken up that
/// this folder held at the last look already: another node may have taken up something newer since.
/// </summary>
public sealed partial class ConfigurationWatcher(
    ServerOptions options, Configurations configurations, ConfigurationProblems problems, TimeProvider time, ILogger<ConfigurationWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    /// <summary>Looking at thousands of files takes a while: at most a twentieth of the time is spent on it where nothing changes.</summary>
    private const int RestPerLook = 20;

    private readonly Signal _changed = new();
    private readonly GitSource _git = new(options.ConfigurationFolder, time);
    private string _lastSeen = "";

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // The first look comes before the first request, so that nobody meets an empty board.
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var notifications = new FolderNotifications(options.ConfigurationFolder, _changed.Set);
        var rest = Poll;
        while (!stoppingToken.IsCancellationRequested)
        {
            await _changed.WaitAsync(rest, time, stoppingToken);
            if (stoppingToken.IsCancellationRequested) return;
            var since = time.GetTimestamp();
            await LookAsync(stoppingToken);
            rest = time.GetElapsedTime(since) * RestPerLook is var paid && paid > Poll ? paid : Poll;
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var reading = FolderReader.Read(options.ConfigurationFolder);
            var source = await _git.FindAsync(reading.Files, cancellationToken);
            var fingerprint = reading.Fingerprint(source);
            if (string.Equals(fingerprint, _lastSeen, StringComparison.Ordinal)) return;
            await TakeUpAsync(reading, source, cancellationToken);
            _lastSeen = fingerprint;
        }
        catch (StoreUnavailableException exception)
        {
            // Not marked as seen: the next look tries again.
            Log.NotTakenUp(logger, exception);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task TakeUpAsync(FolderReading reading, string? source, CancellationToken cancellationToken)
    {
        // Half a configuration would say something else than its author: what cannot be read keeps all of it out.
        var errors = reading.Problems.Count > 0 ? reading.Problems : await configurations.TakeUpAsync(reading.ToFiles(source), "towpath", cancellationToken);
        problems.All = errors;
        if (errors.Count == 0) Log.TakenUp(logger, options.ConfigurationFolder, source ?? "no commit");
        foreach (var error in errors) Log.Problem(logger, Web.PlainLines.Of(error.ToString()));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Configuration of {Folder} is in force ({Source})")]
        public static partial void TakenUp(ILogger logger, string folder, string source);

        [LoggerMessage(Level = LogLevel.Error, Message = "Configuration not taken up, the old one stays in force: {Problem}")]
        public static partial void Problem(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Configuration not taken up: the database is not available; it is tried again")]
        public static partial void NotTakenUp(ILogger logger, Exception exception);
    }
}
