using System.Collections.Frozen;
using Towpath.Cli.Output;
using Towpath.Core.Applications;
using Towpath.Core.Targets;

namespace Towpath.Cli.Standalone;

/// <summary>
/// Serves what the environment's target needs served while the deployment runs. Where its port is taken, a control plane may serve the
/// same folder; whether it does is the observing step's to find out.
/// </summary>
internal sealed class Hosting : IAsyncDisposable
{
    private readonly IReadOnlyList<ITargetHost> _hosts;

    private Hosting(IReadOnlyList<ITargetHost> hosts) => _hosts = hosts;

    public static async Task<Hosting> StartAsync(IEnumerable<ITargetHost> hosts, DeployRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        var hosting = new Hosting([.. hosts]);
        var only = request.Application with { Environments = [request.Environment] };
        var configuration = request.Configuration with
        {
            Applications = new Dictionary<string, ApplicationSpec>(StringComparer.Ordinal) { [only.Name] = only }.ToFrozenDictionary(StringComparer.Ordinal),
        };
        foreach (var host in hosting._hosts)
        {
            await host.ServeAsync(configuration, cancellationToken);
            foreach (var hosted in host.Hosted)
                terminal.Progress(hosted.Problem is { } problem ? $"{hosted.Url} is not served from here: {problem}" : $"{hosted.Url} is served while this command runs");
        }

        return hosting;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.StopAsync(CancellationToken.None);
    }
}
