using Towpath.Engine.Storage;
using Towpath.Server.Security;
using Towpath.Server.Views;

namespace Towpath.Server;

/// <summary>The control plane: the API, the dashboard and the engine in one process.</summary>
public static class TowpathServer
{
    /// <summary>Runs until it is cancelled or the process is told to stop.</summary>
    /// <param name="options">The operator's settings.</param>
    /// <param name="addTargets">Registers the store (<see cref="IStore"/>), the targets and whatever else the caller composes.</param>
    /// <param name="cancellationToken">Stops it, gracefully.</param>
    public static async Task RunAsync(ServerOptions options, Action<IServiceCollection> addTargets, CancellationToken cancellationToken)
    {
        await using var server = await StartAsync(options, addTargets, cancellationToken);
        await server.WaitAsync(cancellationToken);
    }

    /// <summary>Starts it and returns once it listens.</summary>
    public static async Task<RunningServer> StartAsync(ServerOptions options, Action<IServiceCollection> addTargets, CancellationToken cancellationToken)
    {
        var app = Build(options, addTargets);
        try
        {
            await app.Services.GetRequiredService<IStore>().MigrateAsync(cancellationToken);
            await app.StartAsync(cancellationToken);
            return await GreetAsync(app, options, cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static WebApplication Build(ServerOptions options, Action<IServiceCollection> addTargets)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(TowpathServer).Assembly.GetName().Name });
        builder.AddLogging(options);
        builder.AddListening(options);
        builder.Services.AddServer(options);
        addTargets(builder.Services);
        var app = builder.Build();
        app.UseServer();
        app.MapServer();
        RoutePermissions.RequireDeclarations(app);
        return app;
    }

    private static async Task<RunningServer> GreetAsync(WebApplication app, ServerOptions options, CancellationToken cancellationToken)
    {
        var links = app.Services.GetRequiredService<Links>();
        links.Base = options.PublicUrl ?? app.Urls.First();
        var code = await app.Services.GetRequiredService<LoginCodes>().CreateAtFirstStartAsync(cancellationToken);
        var started = new ServerStarted([.. app.Urls], code is null ? null : links.ToLogin(code));
        options.OnStarted?.Invoke(started);
        return new RunningServer(app, started);
    }
}

/// <summary>A control plane that listens. Disposing it stops it.</summary>
public sealed class RunningServer(WebApplication app, ServerStarted started) : IAsyncDisposable
{
    public ServerStarted Started => started;

    public IServiceProvider Services => app.Services;

    internal IEndpointRouteBuilder Routes => app;

    /// <summary>Until it is stopped, by the token or by a signal.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
