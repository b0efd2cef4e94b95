using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.Hosting;

/// <summary>Lets hosts of targets serve what the configuration in force says: at the start, with every change, and again after a failed attempt.</summary>
public sealed partial class TargetHosting(IEnumerable<ITargetHost> hosts, Configurations configurations, IStore store, TimeProvider time, ILogger<TargetHosting> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>A host that hangs, such as at a folder that is gone, keeps nobody else from starting.</summary>
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(10);

    private readonly Signal _changed = new();
    private string _served = "";
    private string _lastProblems = "";

    /// <summary>What ran before is there again before work goes on: a verification that a restart broke off would find nobody, and its time may be over.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ServeAsync(cancellationToken).WaitAsync(Start, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Log.Slow(logger, Start.TotalSeconds);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = store.Changes.Subscribe(notice =>
        {
            if (notice.Topic == "configuration") _changed.Set();
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            await ServeAsync(stoppingToken);
            await _changed.WaitAsync(Retry, time, stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var host in hosts) await host.StopAsync(cancellationToken);
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var configuration = await configurations.CurrentAsync(cancellationToken);
            if (string.Equals(_served, configuration.Revision, StringComparison.Ordinal) && Problems().Count == 0) return;
            foreach (var host in hosts) await host.ServeAsync(configuration, cancellationToken);
            _served = configuration.Revision;
            Report();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
#pragma warning disable CA1031 // A loop that must outlive whatever a host or the store does.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.Failed(logger, exception);
        }
    }

    private List<HostedEnvironment> Problems() => [.. hosts.SelectMany(host => host.Hosted).Where(hosted => hosted.Problem is not null)];

    /// <summary>Each state of affairs once, not with every try.</summary>
    private void Report()
    {
        var problems = Problems();
        var text = string.Join('\n', problems.Select(problem => $"{problem.Key}: {problem.Problem}"));
        foreach (var hosted in hosts.SelectMany(host => host.Hosted)) store.Changes.Publish(new ChangeNotice("environment", hosted.Key.ToString()));
        if (string.Equals(text, _lastProblems, StringComparison.Ordinal)) return;
        _lastProblems = text;
        foreach (var problem in problems) Log.NotServed(logger, problem.Key.ToString(), Web.PlainLines.Of(problem.Problem));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Environments are not served yet after {Seconds} s; work goes on without")]
        public static partial void Slow(ILogger logger, double seconds);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Environment} is not served: {Problem}")]
        public static partial void NotServed(ILogger logger, string environment, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "Serving the environments of this configuration failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
