using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Targets;
using Towpath.Local.Sites;

namespace Towpath.Local.Serving;

/// <summary>Serves every local site of this machine, one port each. What cannot be served yet is tried again by itself.</summary>
public sealed partial class LocalSiteHost : ITargetHost, IAsyncDisposable
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    private readonly LocalOptions _options;
    private readonly ILogger<LocalSiteHost> _logger;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Dictionary<SiteSettings, SiteServer> _running = [];
    private readonly ITimer _retry;
    private ImmutableArray<SiteSettings> _wanted = [];
    private volatile IReadOnlyList<HostedEnvironment> _hosted = [];
    private bool _stopped;

    public LocalSiteHost(LocalOptions options, TimeProvider time, ILogger<LocalSiteHost> logger)
    {
        _options = options;
        _logger = logger;
        _retry = time.CreateTimer(_ => _ = RetryAsync(), state: null, RetryEvery, RetryEvery);
    }

    public IReadOnlyList<HostedEnvironment> Hosted => _hosted;

    public Task ServeAsync(Configuration configuration, CancellationToken cancellationToken) => ChangeAsync(WantedOf(configuration), cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await ChangeAsync([], cancellationToken);
        _stopped = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _retry.DisposeAsync();
        if (!_stopped) await StopAsync(CancellationToken.None);
        _changing.Dispose();
    }

    private ImmutableArray<SiteSettings> WantedOf(Configuration configuration) =>
    [
        .. from application in configuration.Applications.Values
           from environment in application.Environments
           where environment.Target.Kind == SiteSettings.Kind
           let settings = SiteSettings.Read(new(application.Name, environment.Name), environment.Target)
           where settings.IsServedBy(_options)
           orderby settings.Port, settings.Key.ToString()
           select settings,
    ];

    private async Task ChangeAsync(ImmutableArray<SiteSettings> wanted, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            _wanted = wanted;
            await ReachAsync(cancellationToken);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task RetryAsync()
    {
        if (_stopped || _hosted.All(hosted => hosted.Problem is null) || !await _changing.WaitAsync(TimeSpan.Zero)) return;
        try
        {
            if (!_stopped) await ReachAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RetryFailed(_logger, e);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Stops first, so that a port may go from one site to another.</summary>
    private async Task ReachAsync(CancellationToken cancellationToken)
    {
        foreach (var (settings, server) in _running.Where(running => !_wanted.Contains(running.Key)).ToList())
        {
            await server.DisposeAsync();
            _running.Remove(settings);
            Stopped(_logger, settings.Key, settings.Url);
        }

        var hosted = new List<HostedEnvironment>();
        foreach (var settings in _wanted)
            hosted.Add(new HostedEnvironment(settings.Key, settings.Url, await StartAsync(settings, cancellationToken)));
        _hosted = hosted;
    }

    /// <returns>Null where it is served, else what is wrong and what to do.</returns>
    private async Task<string?> StartAsync(SiteSettings settings, CancellationToken cancellationToken)
    {
        if (_running.ContainsKey(settings)) return null;
        if (_running.Keys.FirstOrDefault(other => other.Port == settings.Port) is { } taken)
            return $"port {settings.Port} already serves {taken.Key}; choose another `port:`";
        if (LocalSiteTarget.FolderOf(settings, _options.Limits) is not { } folder)
            return $"its folder '{settings.Root}' is not among those that the operator allows; change `root:`, or add the folder to `allow` in towpath.yaml";
        try
        {
            var server = await SiteServer.StartAsync(settings.Port, new SiteHandler(settings.Key, new CurrentRelease(folder)), cancellationToken);
            if (server is null) return $"port {settings.Port} is in use by another program; free it or choose another `port:`";
            _running[settings] = server;
            Started(_logger, settings.Key, settings.Url);
            return null;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return $"port {settings.Port} cannot be opened: {e.Message}; choose another `port:`";
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "serving {Environment} at {Url}")]
    private static partial void Started(ILogger logger, EnvironmentKey environment, string url);

    [LoggerMessage(Level = LogLevel.Information, Message = "no longer serving {Environment} at {Url}")]
    private static partial void Stopped(ILogger logger, EnvironmentKey environment, string url);

    [LoggerMessage(Level = LogLevel.Warning, Message = "another try to serve what could not be served failed")]
    private static partial void RetryFailed(ILogger logger, Exception exception);
}
