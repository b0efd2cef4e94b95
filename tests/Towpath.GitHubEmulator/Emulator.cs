using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Control;

namespace Towpath.GitHubEmulator;

/// <summary>GitHub's REST API, web flows and webhooks on this machine: stateful, scripted, and no part of the product.</summary>
public sealed class Emulator : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Emulator(WebApplication application, EmulatorWorld world)
    {
        _application = application;
        World = world;
    }

    public EmulatorWorld World { get; }

    public Uri Url => new(World.Urls.Root);

    /// <summary>For <c>GITHUB_API_URL</c>.</summary>
    public Uri ApiUrl => new(World.Urls.ApiRoot);

    public Script Script => World.Script;

    public Journal Calls => World.Calls;

    public EmulatorClock Time => World.Time;

    public static async Task<Emulator> StartAsync(EmulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        var world = new EmulatorWorld(options ?? new EmulatorOptions());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{world.Options.Port}");
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        var application = builder.Build();
        application.Run(new Pipeline(world, EmulatedApi.Routes(), new ControlApi(world)).HandleAsync);
        await application.StartAsync(cancellationToken);
        world.Urls.Root = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().TrimEnd('/');
        return new Emulator(application, world);
    }

    public async ValueTask DisposeAsync()
    {
        // Idle connections of clients would keep it for seconds.
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
        World.Dispose();
    }
}
