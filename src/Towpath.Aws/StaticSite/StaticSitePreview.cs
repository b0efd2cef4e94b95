using System.Globalization;
using Towpath.Aws.S3;
using Towpath.Aws.StaticSite.Artifacts;
using Towpath.Aws.StaticSite.Manifests;
using Towpath.Aws.StaticSite.Steps;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.StaticSite;

/// <summary>Which files of a site a deployment would add, change and remove.</summary>
internal sealed class StaticSitePreview(StaticSiteLooks looks, SiteSource source, S3Client s3, OperatorLimits limits, TimeProvider time) : ITargetPreview
{
    /// <summary>So many names of each kind are told; the others are counted.</summary>
    private const int Most = 20;

    public string Kind => StaticSiteSettings.Kind;

    public async Task<PreviewResult> PreviewAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        if (request.Artifacts is not [{ Kind: ArtifactKind.StaticSite } artifact]) return new PreviewResult.Refused("a static-site takes one artifact of the kind static-site; change `artifact:` or `target:`");
        var look = await looks.LookAsync(request.Key, request.Environment.Target, "plan", limits.For(request.Repository), cancellationToken);
        if (look is SiteLook.Refused refused) return new PreviewResult.Refused(refused.Reason, refused.Kind);
        var seen = (SiteLook.Seen)look;
        var before = seen.Manifest.Manifest;
        if (before.Is(artifact.Digest, seen.Site.Rules)) return new PreviewResult.Previewed([]);
        var inputs = new StaticSiteInputs(request.Key, seen.Site, artifact.Reference, artifact.Digest, []);
        try
        {
            if (await source.FetchAsync(inputs, cancellationToken) is { } problem) return new PreviewResult.Refused(problem);
            var listed = seen.Manifest.ETag is null ? await SiteListing.ReadAsync(s3, seen.Place, cancellationToken) : [];
            await using var site = await source.OpenAsync(inputs, seen.Place, before, listed.Count > 0, isRollback: false, cancellationToken);
            var changing = new SiteChange(before, site.Content, seen.Site).Begin(artifact.Digest, "plan", time.GetUtcNow(), listed).Changing!;
            return new PreviewResult.Previewed([.. Differences(seen, changing, listed), .. Records(seen, artifact)]);
        }
        catch (SiteRefusedException e)
        {
            return new PreviewResult.Refused(e.Message);
        }
    }

    private static IEnumerable<Difference> Differences(SiteLook.Seen seen, ChangingRelease changing, Dictionary<string, S3Listed> listed)
    {
        var before = seen.Manifest.Manifest.Files;
        var (changed, added) = (changing.Files.Where(f => before.ContainsKey(f.Key) || listed.ContainsKey(f.Key)).ToList(), changing.Files.Where(f => !before.ContainsKey(f.Key) && !listed.ContainsKey(f.Key)).ToList());
        foreach (var d in Some("added", [.. added.Select(f => (f.Key, (string?)null, (string?)Text(f.Value)))])) yield return d;
        foreach (var d in Some("changed", [.. changed.Select(f => (f.Key, before.TryGetValue(f.Key, out var old) ? Text(old) : "of unknown origin", (string?)Text(f.Value)))])) yield return d;
        foreach (var d in Some("removed", [.. changing.Removed.Select(path => (path, before.TryGetValue(path, out var old) ? Text(old) : "unfinished", (string?)null))])) yield return d;

        IEnumerable<Difference> Some(string kind, List<(string Path, string? Before, string? After)> all)
        {
            foreach (var (path, old, now) in all.OrderBy(a => a.Path, StringComparer.Ordinal).Take(Most)) yield return new Difference($"{seen.Place} {kind}", path, old, now);
            if (all.Count > Most) yield return new Difference($"{seen.Place} {kind}", string.Create(CultureInfo.InvariantCulture, $"and {all.Count - Most:N0} more"), null, null);
        }
    }

    private static IEnumerable<Difference> Records(SiteLook.Seen seen, Artifact artifact)
    {
        if (seen.Site.KeyParameter is { } parameter && seen.Manifest.Manifest.Reference is var old && old != artifact.Reference)
            yield return new Difference("parameter", parameter, old is null ? null : RecordStep.KeyOf(old), RecordStep.KeyOf(artifact.Reference));
    }

    private static string Text(SiteFile file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Size:N0} bytes, {file.Type}, {SiteNames.CacheControl(file)}, {file.Sha256.Hex[..12]}");
}
