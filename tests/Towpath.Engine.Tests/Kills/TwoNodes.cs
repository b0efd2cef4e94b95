using System.Globalization;
using System.Runtime.CompilerServices;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Testing;

namespace Towpath.Engine.Tests.Kills;

/// <summary>Several real processes on one PostgreSQL database and one folder of sites.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("towpath-nodes-");
    private readonly List<HostProcess> _started = [];
    private readonly string[] _settings;

    private TwoNodes(string database, int sites, double verifyFor, bool held)
    {
        _settings = [$"database={database}", $"artifacts={_root.FullName}/artifacts", $"folder={_root.FullName}/sites", $"port={Ports.FreeRow(sites)}", $"sites={sites}", $"verify-for={verifyFor}", $"verify-held-by={(held ? GoesOn : "-")}"];
        Store = StoreFactory.Open(database, TimeProvider.System);
    }

    public IStore Store { get; }

    private string GoesOn => Path.Combine(_root.FullName, "goes-on");

    public static async Task<TwoNodes> AskAsync(string database, string versions, int sites = 1, double verifyFor = 0, bool held = false)
    {
        var nodes = new TwoNodes(database, sites, verifyFor, held);
        await nodes.AskAsync(versions);
        return nodes;
    }

    /// <summary>Lets verifications end that were held so that a signal certainly meets one.</summary>
    public void LetVerificationsEnd() => File.WriteAllText(GoesOn, "");

    /// <summary>Those of one version.</summary>
    public void LetVerificationsEnd(string version) => File.WriteAllText($"{GoesOn}-{version}", "");

    public async Task AskAsync(string versions)
    {
        var (exitCode, output) = await HostProcess.RunAsync("ask", [.. _settings, "node=asker", $"versions={versions}"]);
        Assert.True(exitCode == 0, output);
    }

    public async Task<HostProcess> StartAsync(string node, int lease = 15)
    {
        var process = HostProcess.Start("work", [.. _settings, $"node={node}", $"lease={lease}"]);
        _started.Add(process);
        await Patience.UntilAsync(() => process.Output.Contains("works", StringComparison.Ordinal), () => Task.FromResult(process.Output), $"node {node} works");
        return process;
    }

    public async Task<Deployment> OneAsync(string version) =>
        (await Store.Deployments.ListAsync(new DeploymentFilter("docs"), CancellationToken.None)).First(d => d.Version == version);

    public Task WhenAsync(string version, Func<Deployment, bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        WhenAsync(async () => condition(await OneAsync(version)), $"{version}: {what}");

    public Task WhenAllEndedAsync() => WhenAsync(async () => (await Store.Deployments.OpenAsync("docs", CancellationToken.None)).Count == 0, "nothing open");

    /// <summary>The revisions of a deployment that a node committed, as it wrote them down itself.</summary>
    public async Task<IReadOnlyList<int>> CommittedByAsync(string node, DeploymentId deployment)
    {
        var path = Path.Combine(_root.FullName, "sites", $"writes-{node}.log");
        if (!File.Exists(path)) return [];
        // "deployment revision event outcome"
        var writes = (await File.ReadAllLinesAsync(path)).Select(line => line.Split(' '));
        return [.. writes.Where(w => w[0] == deployment.Value && w[^1] == nameof(CommitOutcome.Committed)).Select(w => int.Parse(w[1], CultureInfo.InvariantCulture))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            // SIGKILL reaches stopped processes, too.
            await process.DisposeAsync();
        }

        await Store.DisposeAsync();
        _root.Delete(recursive: true);
    }

    private Task WhenAsync(Func<Task<bool>> condition, string what) => Patience.UntilAsync(
        async () =>
        {
            try
            {
                return await condition();
            }
            catch (StoreUnavailableException)
            {
                // The database is being restarted.
                return false;
            }
        },
        DescribeAsync,
        what);

    private async Task<string> DescribeAsync()
    {
        var all = await Store.Deployments.ListAsync(new DeploymentFilter("docs"), CancellationToken.None);
        return string.Join('\n', [.. all.Select(d => $"{d.Key} {d.Version} {d.Phase} {d.CurrentStep?.Name} {d.Outcome}"), .. _started.Select(process => process.Output)]);
    }
}
