using Towpath.Cli.Hosting;
using Towpath.Cli.Tests.Processes;
using Towpath.Core.Operators;
using Towpath.Server;

namespace Towpath.Cli.Tests.Hosting;

/// <summary>The control plane as <c>towpath up</c> composes it.</summary>
public sealed class CompositionTests
{
    [Fact]
    public async Task Everything_that_is_registered_can_be_made()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["apps"]);
        var settings = new OperatorSettings { ConfigFolder = folder.Path, Urls = ["http://127.0.0.1:0"] };
        var plane = new ControlPlane(new UpSettings(settings, folder["data"], $"sqlite:{folder["data/towpath.db"]}"), TimeProvider.System);
        Directory.CreateDirectory(folder["data"]);
        ServiceDescriptor[] registered = [];
        await using var server = await TowpathServer.StartAsync(
            plane.Options(),
            services =>
            {
                plane.Compose(services);
                registered = [.. services];
            },
            TestContext.Current.CancellationToken);

        var own = registered.Select(service => service.ServiceType).Distinct()
            .Where(type => !type.ContainsGenericParameters && (type == typeof(IHostedService) || type.Namespace?.StartsWith("Towpath", StringComparison.Ordinal) == true)).ToList();
        Assert.True(own.Count > 100, $"only {own.Count}");
        foreach (var type in own) Assert.NotEmpty(server.Services.GetServices(type));
    }
}
