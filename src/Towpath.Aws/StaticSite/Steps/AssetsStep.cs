using System.Text.Json.Nodes;
using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Aws.StaticSite.Uploads;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite.Steps;

/// <summary>
/// Writes down what is going to change, then uploads the assets whose names no page refers to yet. Nobody who visits the site notices.
/// </summary>
internal sealed class AssetsStep(S3Client s3, ManifestStore manifests, SiteSource source, SiteUploads uploads, TimeProvider time) : StaticSiteStep
{
    public const string Name = "static-site.assets";

    public override string Kind => Name;

    public override StepPolicy Policy => new(TimeSpan.FromHours(2));

    protected override async Task<StepResult> RunAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, CancellationToken cancellationToken)
    {
        var seen = await manifests.ReadAsync(place, cancellationToken);
        if (seen.Manifest.Is(inputs.Digest, inputs.Site.Rules)) return new StepResult.Done();
        if (ProblemOf(context, place, seen.Manifest) is { } problem) return new StepResult.Superseded(problem);
        var resumes = IsMine(context, inputs, seen.Manifest);
        var listed = resumes || seen.ETag is null ? await SiteListing.ReadAsync(s3, place, cancellationToken) : [];
        await using var site = await source.OpenAsync(inputs, place, seen.Manifest, withMd5: listed.Count > 0, IsRollback(context), cancellationToken);
        if (!resumes) seen = await BeginAsync(context, inputs, place, seen, site.Content, listed, cancellationToken);
        var changing = seen.Manifest.Changing!;
        await PackAsync(context, inputs, place, seen.Manifest, site, cancellationToken);
        LargeSites.TidyUp(changing.Files.Count);
        var assets = changing.Files.Where(f => f.Value.Immutable && !(resumes && IsUploaded(site.Content, listed, changing, f.Key, f.Value)))
            .Select(f => new Upload(f.Key, f.Value, changing.Found.GetValueOrDefault(f.Key)));
        var progress = new UploadProgress(context, time, changing.Files.Count(f => f.Value.Immutable));
        await uploads.UploadAsync(place, site.Bytes, assets, progress, cancellationToken);
        context.Log($"assets: {progress}; {seen.Manifest.Files.Count} files were there");
        return new StepResult.Done(new JsonObject { ["number"] = changing.Number });
    }

    /// <summary>A rollback puts back what its own deployment changed, never what somebody else deployed since.</summary>
    private static string? ProblemOf(StepContext context, SitePlace place, SiteManifest manifest)
    {
        var mine = context.Deployment.Id.Value;
        if (!IsRollback(context) || context.OutputsOf("assets") is not { } outputs || Settings.Number(outputs, "number") is null) return null;
        if ((manifest.Changing?.Deployment ?? manifest.Deployment) == mine || manifest.Deployment == mine) return null;
        return $"{place} was changed meanwhile by deployment {manifest.Changing?.Deployment ?? manifest.Deployment}, whose release is left as it is";
    }

    private async Task<SeenManifest> BeginAsync(
        StepContext context, StaticSiteInputs inputs, SitePlace place, SeenManifest seen, SiteContent content, Dictionary<string, S3Listed> listed, CancellationToken cancellationToken)
    {
        var intent = new SiteChange(seen.Manifest, content, inputs.Site).Begin(inputs.Digest, context.Deployment.Id.Value, time.GetUtcNow(), listed);
        if (seen.Manifest.Changing is { } broken) context.Log($"deployment {broken.Deployment} left a release unfinished; what it changed is written anew");
        await context.EnsureOwnedAsync(cancellationToken);
        LargeSites.TidyUp(intent.Changing!.Files.Count);
        return await manifests.WriteAsync(place, seen, intent, cancellationToken);
    }

    private async Task PackAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, SiteManifest manifest, OpenSite site, CancellationToken cancellationToken)
    {
        var changing = manifest.Changing!;
        var end = new SiteChange(manifest, site.Content, inputs.Site).End(inputs.Reference, time.GetUtcNow());
        LargeSites.TidyUp(end.Files.Count);
        using var pack = await Pack.WriteAsync(new PackedRelease(changing.Number, inputs.Digest, inputs.Site.Rules, end.Files), changing.Files, site.Bytes, cancellationToken);
        await context.EnsureOwnedAsync(cancellationToken);
        await s3.PutAsync(
            place.Bucket, place.PackOf(new PackName(changing.Number, inputs.Digest)), pack.Body, new S3Headers("application/zip") { CacheControl = "no-store" }, null, cancellationToken);
    }

    // An earlier attempt put it there, headers and all.
    private static bool IsUploaded(SiteContent content, Dictionary<string, S3Listed> listed, ChangingRelease changing, string path, SiteFile file) =>
        !changing.Found.ContainsKey(path) && file.Encoding is null && listed.TryGetValue(path, out var there) && there.Size == file.Size
        && content.Files[path].Md5 is { } md5 && string.Equals(there.ETag, $"\"{md5}\"", StringComparison.OrdinalIgnoreCase);
}
