using System.Globalization;
using Towpath.Benchmarks.Databases;

namespace Towpath.Benchmarks.Throughput;

/// <summary>Fresh databases for rounds, and what a node's process must be started with for them.</summary>
internal sealed class Places : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-bench-").FullName;
    private readonly Lazy<PostgresCluster> _cluster = new(PostgresCluster.Start);
    private readonly Lazy<string?> _slowSync;
    private int _files;

    public Places() => _slowSync = new Lazy<string?>(() => SlowSync.Build(_folder));

    public PostgresCluster Cluster => _cluster.Value;

    /// <summary>Null where the scenario cannot be had here; then <see cref="WhyNot"/>.</summary>
    public async Task<Place?> MakeAsync(Scenario scenario, CancellationToken cancellationToken)
    {
        if (scenario.Database == Database.Postgres)
        {
            var database = await Cluster.CreateAsync(scenario.CommitDelay, cancellationToken);
            return new Place(database, new Dictionary<string, string>(StringComparer.Ordinal), () => Cluster.DropAsync(database, CancellationToken.None));
        }

        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (scenario.CommitDelay > TimeSpan.Zero)
        {
            if (_slowSync.Value is not { } library) return null;
            environment["LD_PRELOAD"] = library;
        }

        var folder = Directory.CreateDirectory(Path.Combine(_folder, (_files++).ToString(CultureInfo.InvariantCulture))).FullName;
        return new Place($"sqlite:{folder}/bench.db", environment, () =>
        {
            Directory.Delete(folder, recursive: true);
            return Task.CompletedTask;
        });
    }

    public const string WhyNot = "not measured: a slow disk under SQLite is played by a small C library, and there is no C compiler here (apt-get install gcc)";

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated) await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

internal sealed record Place(string Database, IReadOnlyDictionary<string, string> Environment, Func<Task> RemoveAsync);
