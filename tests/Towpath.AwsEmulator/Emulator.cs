using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Control;
using Towpath.AwsEmulator.Oidc;

namespace Towpath.AwsEmulator;

/// <summary>AWS's wire protocols over HTTP on this machine: stateful, scripted, and no part of the product.</summary>
public sealed class Emulator : IAsyncDisposable
{
    private readonly WebApplication _application;

    private readonly ControlApi _control;

    private Emulator(WebApplication application, EmulatorWorld world, ControlApi control)
    {
        _control = control;
        _application = application;
        World = world;
    }

    public EmulatorWorld World { get; }

    public Uri Url => World.Url;

    public EmulatorState State => World.State;

    public Script Script => World.Script;

    public Journal Calls => World.Calls;

    public EmulatorOptions Options => World.Options;

    /// <summary>Whose tokens <see cref="TokenRequestUrl"/> gives.</summary>
    public TestIssuer GitHub => World.Issuers.GitHub;

    /// <summary>For <c>ACTIONS_ID_TOKEN_REQUEST_URL</c>; its bearer is <see cref="IssuerBook.RequestToken"/>.</summary>
    public Uri TokenRequestUrl => new(Url, $"{TokenEndpoint.Path}?api-version=2.0");

    /// <summary>Forgets state, script, journal and how much of the limits is used.</summary>
    public void Reset() => _control.Reset();

    public static async Task<Emulator> StartAsync(EmulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        var world = new EmulatorWorld(options ?? new EmulatorOptions());
        var services = EmulatedServices.Create(world);
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
        var pipeline = new Pipeline(world, services);
        var control = new ControlApi(world, services, pipeline.Limits);
        var routed = services.OfType<IRoutedService>().ToList();
        application.MapWhen(
            context => context.Request.Path.StartsWithSegments("/_emulator", StringComparison.Ordinal)
                || routed.Any(s => s.Prefixes.Any(p => context.Request.Path.StartsWithSegments(p, StringComparison.Ordinal))),
            branch => branch.UseRouting().UseEndpoints(endpoints =>
            {
                control.Map(endpoints);
                TokenEndpoint.Map(endpoints, world);
                foreach (var service in routed) service.Map(endpoints);
            }));
        application.Run(pipeline.HandleAsync);
        await application.StartAsync(cancellationToken);
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        world.Url = new Uri(address);
        return new Emulator(application, world, control);
    }

    public async ValueTask DisposeAsync()
    {
        // Idle connections of clients would keep it for seconds.
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
        State.Reset();
        World.Issuers.Dispose();
    }
}
