using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Towpath.Local.Serving;

/// <summary>One port of the loopback address and the site behind it.</summary>
internal sealed class SiteServer : IAsyncDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;

    private SiteServer(WebApplication application) => _application = application;

    /// <returns>Null where another program has the port.</returns>
    /// <exception cref="IOException">The operating system refused for another reason, such as a privileged port.</exception>
    public static async Task<SiteServer?> StartAsync(int port, SiteHandler handler, CancellationToken cancellationToken)
    {
        var application = Build(port);
        application.Run(handler.HandleAsync);
        try
        {
            await application.StartAsync(cancellationToken);
            return new SiteServer(application);
        }
        catch (Exception e)
        {
            await application.DisposeAsync();
            if (e is IOException && e.InnerException is AddressInUseException) return null;
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (var limit = new CancellationTokenSource(DrainLimit)) await _application.StopAsync(limit.Token);
        await _application.DisposeAsync();
    }

    private static WebApplication Build(int port)
    {
        // The empty builder reads no settings: a variable such as ASPNETCORE_URLS is meant for the control plane, not for every site.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(SiteServer).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = 0;
            options.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        return builder.Build();
    }

    /// <summary>Leaves signals to the process that hosts the sites: they must be up until its deployments have been handed over.</summary>
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
