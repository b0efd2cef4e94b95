using Towpath.Core.Artifacts;
using Towpath.Local.Sites;

namespace Towpath.KillHost;

/// <summary>The site's files with a kill point before and after each change. What <c>current</c> was really switched to is kept in a file of its own.</summary>
internal sealed class KillingFiles(ISiteFiles files, KillPoints points, HostSettings settings) : ISiteFiles
{
    public Task<CopyResult> CopyArtifactAsync(Stream source, SiteFolder folder, Digest digest, long maximumBytes, CancellationToken cancellationToken) =>
        points.AroundAsync(() => files.CopyArtifactAsync(source, folder, digest, maximumBytes, cancellationToken));

    public Task PublishReleaseAsync(SiteFolder folder, Digest digest, string unpacked, CancellationToken cancellationToken) =>
        AroundAsync(() => files.PublishReleaseAsync(folder, digest, unpacked, cancellationToken));

    public Task SwitchCurrentAsync(SiteFolder folder, Digest digest, string? seen, CancellationToken cancellationToken) => AroundAsync(async () =>
    {
        var before = folder.ReadLink();
        await files.SwitchCurrentAsync(folder, digest, seen, cancellationToken);
        if (folder.ReadLink() != before) await File.AppendAllTextAsync(Path.Combine(settings.Folder, "switches.log"), $"{digest}\n", CancellationToken.None);
    });

    public Task RecordSwitchAsync(SiteFolder folder, SwitchRecord record, CancellationToken cancellationToken) =>
        AroundAsync(() => files.RecordSwitchAsync(folder, record, cancellationToken));

    public Task TakeDownAsync(SiteFolder folder, CancellationToken cancellationToken) => files.TakeDownAsync(folder, cancellationToken);

    // Pruning is no part of a deployment, and comes whenever it comes.
    public Task RemoveReleaseAsync(SiteFolder folder, string name, CancellationToken cancellationToken) => files.RemoveReleaseAsync(folder, name, cancellationToken);

    public Task RemoveArtifactAsync(SiteFolder folder, string fileName, CancellationToken cancellationToken) => files.RemoveArtifactAsync(folder, fileName, cancellationToken);

    private Task<bool> AroundAsync(Func<Task> change) => points.AroundAsync(async () =>
    {
        await change();
        return true;
    });
}
