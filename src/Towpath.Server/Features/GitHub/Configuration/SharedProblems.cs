using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Features.Configuration;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>One node reads the configuration, and all of them say what is wrong with it: through the store.</summary>
public sealed partial class SharedProblems(ServerOptions options, IStore store, ConfigurationProblems problems, TimeProvider time, ILogger<SharedProblems> logger) : BackgroundService
{
    private const string Setting = "configuration.problems";
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <exception cref="OwnershipLostException">Another node reads it now.</exception>
    public async Task SaveAsync(IReadOnlyList<SpecError> found, Fence fence, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize(new ConfigurationView("", null, null, found), ApiJson.Default.ConfigurationView);
        if (!string.Equals(text, await store.Configuration.SettingAsync(Setting, cancellationToken), StringComparison.Ordinal)
            && await store.CommitAsync(new Commit { Fence = fence, Changes = [new Change.SaveSetting(Setting, text)] }, cancellationToken) is CommitOutcome.Fenced) throw new OwnershipLostException();
        problems.All = found;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.ConfigurationRepository is null) return;
        try
        {
            while (true)
            {
                await ReadAsync(stoppingToken);
                await Task.Delay(Poll, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await store.Configuration.SettingAsync(Setting, cancellationToken) is { } text && JsonSerializer.Deserialize(text, ApiJson.Default.ConfigurationView) is { } saved) problems.All = saved.Problems;
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotRead(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "What is wrong with the configuration cannot be read: the database is not available")]
        public static partial void NotRead(ILogger logger, Exception exception);
    }
}
