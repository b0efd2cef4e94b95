using Towpath.Core.Targets;

namespace Towpath.Local.Sites;

/// <summary>Takes a site down whose environment has ended.</summary>
internal sealed class LocalSiteRemoval(LocalOptions options, LocalSiteReleases releases) : ITargetRemoval
{
    public string Kind => SiteSettings.Kind;

    public async Task<RemovalResult> RemoveAsync(TargetLook look, CancellationToken cancellationToken)
    {
        var settings = SiteSettings.Read(look.Key, look.Environment.Target);
        if (LocalSiteTarget.FolderOf(settings, options.Limits) is not { } folder) return new RemovalResult.Refused($"the operator does not allow '{settings.Root}'", RefusalKind.NotAllowed);
        if (SiteFolder.Problem(folder.Root, options) is { } problem) return new RemovalResult.Refused(problem);
        await releases.RemoveAsync(folder, cancellationToken);
        return new RemovalResult.Removed($"the site's releases in '{settings.Root}'");
    }
}
