using System.IO.Compression;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;

namespace Towpath.KillHost;

/// <summary>What is asked for, and what has become of it.</summary>
internal static class Scenario
{
    /// <summary>Asks for the versions one after another in each site; they stand in line when this returns.</summary>
    public static async Task AskAsync(Node node, HostSettings settings)
    {
        foreach (var version in settings.Versions)
        {
            var build = await BuildAsync(node.Store, settings, version);
            for (var site = 1; site <= settings.Sites; site++)
            {
                var request = new PromotionRequest(new EnvironmentKey("docs", $"site-{site}"), build, Origin.Manual, "kim");
                await node.Get<Promotions>().RequestAsync(request, CancellationToken.None);
            }
        }
    }

    public static async Task WaitForEndAsync(Node node)
    {
        while ((await node.Store.Deployments.OpenAsync("docs", CancellationToken.None)).Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
    }

    private static async Task<Build> BuildAsync(IStore store, HostSettings settings, string version)
    {
        if (await store.Builds.FindByVersionAsync("docs", version, CancellationToken.None) is { } known) return known;
        var zip = Zip(settings, version);
        var digest = Digest.Of(await File.ReadAllBytesAsync(zip));
        var build = new Build
        {
            Id = Guid.CreateVersion7().ToString("N"), Application = "docs", Commit = digest.Value["sha256:".Length..][..40], Version = version, Digest = digest,
            Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.StaticSite, zip, digest)],
            ReportedBy = "ci", ReportedAt = TimeProvider.System.GetUtcNow(),
        };
        await store.CommitAsync(new Commit { Changes = [new Change.RecordBuild(build)] }, CancellationToken.None);
        return build;
    }

    private static string Zip(HostSettings settings, string version)
    {
        Directory.CreateDirectory(settings.Artifacts);
        var path = Path.Combine(settings.Artifacts, version + ".zip");
        if (File.Exists(path)) return path;
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using var page = new StreamWriter(archive.CreateEntry("index.html").Open());
        page.Write($"<h1>{version}</h1>");
        return path;
    }
}
