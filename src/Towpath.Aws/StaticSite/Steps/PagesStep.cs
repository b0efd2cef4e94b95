using System.Text.Json.Nodes;
using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Aws.StaticSite.Uploads;
using Towpath.Core.Deployments;

namespace Towpath.Aws.StaticSite.Steps;

/// <summary>
/// The switch: writes the names that stay the same from release to release, pages after everything that they refer to, and removes those that the
/// release has not.
/// </summary>
internal sealed class PagesStep(S3Client s3, ManifestStore manifests, SiteSource source, SiteUploads uploads, TimeProvider time) : StaticSiteStep
{
    public const string Name = "static-site.pages";

    public override string Kind => Name;

    public override StepPolicy Policy => new(TimeSpan.FromHours(2));

    protected override async Task<StepResult> RunAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, CancellationToken cancellationToken)
    {
        var seen = await manifests.ReadAsync(place, cancellationToken);
        if (seen.Manifest.Is(inputs.Digest, inputs.Site.Rules))
        {
            context.Log($"{place} is {inputs.Digest.Short}");
            return new StepResult.Done();
        }

        if (!IsMine(context, inputs, seen.Manifest)) throw new ManifestChangedException(place, seen.Manifest);
        if (context.Undo is null) await context.RecordUndoAsync(new JsonObject { ["digest"] = seen.Manifest.Digest?.Value, ["number"] = seen.Manifest.Number }, cancellationToken);
        var end = await SwitchAsync(context, inputs, place, seen.Manifest, cancellationToken);
        await context.EnsureOwnedAsync(cancellationToken);
        source.Release(inputs.Digest, end.Files.Count);
        await manifests.WriteAsync(place, seen, end, cancellationToken);
        context.Log($"{place} went from {seen.Manifest.Digest?.Short ?? "what was there"} to {inputs.Digest.Short}, its release {end.Number} of {end.Files.Count} files");
        return new StepResult.Done();
    }

    /// <returns>The manifest of the site as it is then.</returns>
    private async Task<SiteManifest> SwitchAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, SiteManifest manifest, CancellationToken cancellationToken)
    {
        await using var site = await source.OpenAsync(inputs, place, manifest, withMd5: false, IsRollback(context), cancellationToken);
        await context.EnsureOwnedAsync(cancellationToken);
        await SwitchAsync(context, place, manifest.Changing!, site.Bytes, cancellationToken);
        return new SiteChange(manifest, site.Content, inputs.Site).End(inputs.Reference, time.GetUtcNow());
    }

    private async Task SwitchAsync(StepContext context, SitePlace place, ChangingRelease changing, ISiteBytes bytes, CancellationToken cancellationToken)
    {
        var stable = changing.Files.Where(f => !f.Value.Immutable).Select(f => new Upload(f.Key, f.Value, changing.Found.GetValueOrDefault(f.Key))).ToList();
        var progress = new UploadProgress(context, time, stable.Count);
        await uploads.UploadAsync(place, bytes, stable.Where(u => !IsPage(u)), progress, cancellationToken);
        // The front page last: who begins there finds everything that it leads to.
        await uploads.UploadAsync(place, bytes, stable.Where(IsPage).OrderByDescending(u => u.Path.Count(c => c == '/')), progress, cancellationToken);
        await s3.DeleteAsync(place.Bucket, changing.Removed.Select(place.KeyOf), cancellationToken);
        context.Log($"names that stay: {progress}{(changing.Removed.Count > 0 ? $"; {changing.Removed.Count} removed" : "")}");
    }

    private static bool IsPage(Upload upload) => SiteNames.IsPage(Variants.Original(upload.Path, upload.File));
}
