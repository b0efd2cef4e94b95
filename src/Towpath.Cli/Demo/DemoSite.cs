using Towpath.Core;
using Towpath.Core.Artifacts;

namespace Towpath.Cli.Demo;

/// <summary>The site's git repository, and what CI does with each commit of it: build once.</summary>
internal sealed class DemoSite(DemoFolder folder)
{
    public const string Author = "dana";

    private static readonly Dictionary<string, string> Identity = new(StringComparer.Ordinal)
    {
        ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_AUTHOR_NAME"] = Author, ["GIT_AUTHOR_EMAIL"] = "dana@example.com", ["GIT_COMMITTER_NAME"] = Author, ["GIT_COMMITTER_EMAIL"] = "dana@example.com",
    };

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        await GitAsync(folder.Site, cancellationToken, "init", "-q", "-b", "main");
        // The specs live in a repository, too: its commit is the policy's source.
        await GitAsync(folder.Delivery, cancellationToken, "init", "-q", "-b", "main");
        await File.WriteAllTextAsync(Path.Combine(folder.Delivery, ".gitignore"), ".towpath/\nfiles/\n", cancellationToken);
        await GitAsync(folder.Delivery, cancellationToken, "add", "--all");
        await GitAsync(folder.Delivery, cancellationToken, "commit", "-q", "-m", "Deliver the towing guide");
    }

    /// <summary>Commits what <paramref name="edit"/> changes and builds it.</summary>
    public async Task<DemoBuild> CommitAsync(string message, Action<string> edit, CancellationToken cancellationToken)
    {
        edit(folder.Site);
        await GitAsync(folder.Site, cancellationToken, "add", "--all");
        await GitAsync(folder.Site, cancellationToken, "commit", "-q", "-m", message);
        var commit = await GitAsync(folder.Site, cancellationToken, "rev-parse", "HEAD");
        var artifact = folder.ArtifactOf(commit);
        await Tool.RunAsync("sh", ["build.sh", artifact], folder.Site, Identity, cancellationToken);
        await using var zip = File.OpenRead(artifact);
        return new DemoBuild(commit, $"sha-{CommitName.Short(commit)}", message, artifact, await Digest.OfAsync(zip, cancellationToken));
    }

    private static Task<string> GitAsync(string folder, CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        Tool.RunAsync("git", arguments, folder, Identity, cancellationToken);
}

/// <summary>One commit, built once.</summary>
internal sealed record DemoBuild(string Commit, string Version, string Message, string Artifact, Digest Digest);
