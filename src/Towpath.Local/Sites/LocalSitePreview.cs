using Towpath.Core.Targets;

namespace Towpath.Local.Sites;

/// <summary>Which release a site serves now, and which it would.</summary>
public sealed class LocalSitePreview(LocalOptions options) : ITargetPreview
{
    public string Kind => SiteSettings.Kind;

    public Task<PreviewResult> PreviewAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var settings = SiteSettings.Read(request.Key, request.Environment.Target);
        if (LocalSiteTarget.FolderOf(settings, options.Limits) is not { } folder || request.Artifacts is not [var artifact])
            return Task.FromResult<PreviewResult>(new PreviewResult.Previewed([]));
        var (now, next) = (folder.ReadLink(), SiteFolder.LinkTo(artifact.Digest));
        return Task.FromResult<PreviewResult>(new PreviewResult.Previewed(now == next ? [] : [new Difference($"site {settings.Url}", "release", now, next)]));
    }
}
