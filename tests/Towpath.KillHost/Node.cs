using Towpath.Core.Applications;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Local;
using Towpath.Local.Sites;

namespace Towpath.KillHost;

/// <summary>The product's engine, store and target as the product composes them, but for the decorators that kill.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly HostSettings _settings;

    public Node(HostSettings settings, KillPoints points)
    {
        _settings = settings;
        var limits = new OperatorLimits { Commands = ["sh"], Folders = [settings.Folder, settings.Artifacts] };
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        services.AddSingleton(limits).AddSingleton(TimeProvider.System).AddSingleton(settings).AddSingleton(points);
        services.AddSingleton<IStore>(_ => new KillingStore(StoreFactory.Open(settings.Database, TimeProvider.System), points, settings));
        services.AddSingleton<ISiteFiles>(provider => new KillingFiles(ActivatorUtilities.CreateInstance<SiteFiles>(provider), points, settings));
        services.AddTowpathLocal(new LocalOptions("here", HostRequired: false, limits, Path.Combine(settings.Folder, "data")));
        services.AddTowpathEngine(new EngineOptions
        {
            NodeName = settings.Node, Capabilities = ["host:here"], Lease = settings.Lease,
            Poll = TimeSpan.FromMilliseconds(500), Reap = TimeSpan.FromMilliseconds(200),
        });
        _services = services.BuildServiceProvider();
    }

    public IStore Store => Get<IStore>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Brings the database up to date and takes up the one configuration.</summary>
    public async Task PrepareAsync()
    {
        await Store.MigrateAsync(CancellationToken.None);
        var errors = await Get<Configurations>().TakeUpAsync(Specs.Files(_settings), "test", CancellationToken.None);
        if (errors.Count > 0) throw new InvalidOperationException(string.Join('\n', errors));
    }

    public async Task ServeAsync()
    {
        var configuration = await Get<Configurations>().CurrentAsync(CancellationToken.None);
        foreach (var host in _services.GetServices<ITargetHost>()) await host.ServeAsync(configuration, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

internal static class Specs
{
    private const string Check = """
        case "$1" in *bad*) echo "this version is broken"; exit 1;; esac
        while [ "$3" != - ] && [ ! -e "$3" ] && [ ! -e "$3-$1" ]; do sleep 0.05; done
        sleep "$2"
        """;

    public static ConfigurationFiles Files(HostSettings settings) => new(
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["organization.yaml"] = "roles:\n  staff: { users: [kim] }\n",
            ["apps/docs.yaml"] = Head + string.Concat(Enumerable.Range(1, settings.Sites).Select(n => Site(settings, n))),
            ["apps/check.sh"] = Check,
        },
        Source: null);

    private const string Head = """
        name: docs
        artifact: { kind: static-site, source: "{sha}.zip" }
        environments:

        """;

    private static string Site(HostSettings settings, int n) => $$"""
          site-{{n}}:
            target: { kind: local-site, root: site-{{n}}, port: {{settings.Port + n - 1}} }
            verify:
              - command: { run: [sh, check.sh, "{version}", "{{settings.VerifyFor}}", "{{settings.VerifyHeldBy}}"], files: [check.sh], within: 5m }

        """;
}
