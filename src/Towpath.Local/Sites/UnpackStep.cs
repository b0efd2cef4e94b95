using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Sites;
using Towpath.Local.Unpacking;

namespace Towpath.Local.Sites;

/// <summary>Makes a release of the stored artifact, which is fetched again where it was pruned meanwhile. A complete release is kept as it is.</summary>
internal sealed class UnpackStep(LocalOptions options, IEnumerable<IArtifactSource> sources, ISiteFiles files, TimeProvider time) : SiteStep(options)
{
    private readonly FetchStep _fetch = new(options, sources, files);

    public const string Name = "local-site.unpack";

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, SiteInputs inputs, CancellationToken cancellationToken)
    {
        var release = inputs.Folder.Release(inputs.Digest);
        if (await ReleaseManifest.ReadAsync(release, cancellationToken) is { } manifest)
        {
            if (manifest.Digest != inputs.Digest)
                return new StepResult.Failed($"the release folder '{release}' belongs to {manifest.Digest}, not to {inputs.Digest}; remove that release first");
            context.Log($"release {inputs.Digest.Short} is unpacked already");
            return new StepResult.Done();
        }

        if (!File.Exists(inputs.Folder.Artifact(inputs.Digest)) && await _fetch.RunAsync(context, cancellationToken) is var fetched and not StepResult.Done) return fetched;
        Directory.CreateDirectory(inputs.Folder.Releases);
        var temporary = TakeTemporary(context, inputs);
        try
        {
            return await UnpackAsync(context, inputs, temporary, cancellationToken);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private async Task<StepResult> UnpackAsync(StepContext context, SiteInputs inputs, string temporary, CancellationToken cancellationToken)
    {
        // Verified and unpacked through one handle, so that what is checked is what comes out.
        await using var zip = File.OpenRead(inputs.Folder.Artifact(inputs.Digest));
        if (await Digest.OfAsync(zip, cancellationToken) is var found && found != inputs.Digest)
            return new StepResult.Failed($"the stored artifact was changed: expected {inputs.Digest}, found {found}; remove '{zip.Name}' and deploy again");
        zip.Position = 0;
        Directory.CreateDirectory(temporary);
        switch (await new SafeZip(Options.Sites).UnpackAsync(zip, Path.Combine(temporary, "site"), cancellationToken))
        {
            case UnpackResult.Refused refused: return new StepResult.Failed(refused.Reason);
            case UnpackResult.Unpacked { Files.Count: 0 }: return new StepResult.Failed("the zip holds no files; there would be nothing to serve");
            case UnpackResult.Unpacked unpacked:
                var manifest = await DescribeAsync(inputs, unpacked, cancellationToken);
                await manifest.WriteAsync(temporary, cancellationToken);
                await context.EnsureOwnedAsync(cancellationToken);
                await files.PublishReleaseAsync(inputs.Folder, inputs.Digest, temporary, cancellationToken);
                context.Log($"unpacked {unpacked.Files.Count} files into release {inputs.Digest.Short}");
                return new StepResult.Done();
            default: throw new InvalidOperationException("a zip is unpacked or refused");
        }
    }

    private async Task<ReleaseManifest> DescribeAsync(SiteInputs inputs, UnpackResult.Unpacked unpacked, CancellationToken cancellationToken)
    {
        var others = new List<ReleaseManifest>();
        foreach (var folder in Directory.EnumerateDirectories(inputs.Folder.Releases))
            if (await ReleaseManifest.ReadAsync(folder, cancellationToken) is { } other) others.Add(other);
        return new ReleaseManifest(ReleaseManifest.CurrentFormat, inputs.Digest, After(others), unpacked.Files.ToDictionary(
            file => file.Key, file => new ReleaseFile(file.Value.Sha256, file.Value.Size, IsImmutable(file.Key, file.Value, others)), StringComparer.Ordinal));
    }

    // A name that looks like a hash proves nothing once it has stood for other bytes.
    private static bool IsImmutable(string path, UnpackedFile file, List<ReleaseManifest> others) =>
        HashedNames.IsHashed(path) && others.All(other => !other.Files.TryGetValue(path, out var same) || same.Sha256 == file.Sha256);

    private DateTimeOffset After(List<ReleaseManifest> others)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var next = others.Select(other => other.UnpackedAt.AddSeconds(1)).DefaultIfEmpty(now).Max();
        return next > now ? next : now;
    }

    /// <summary>What an earlier attempt left is removed; should its process live after all, it finds its files gone and stops.</summary>
    private static string TakeTemporary(StepContext context, SiteInputs inputs)
    {
        var mine = $"{Temporary.Prefix}{inputs.Digest.Hex}-{context.IdempotencyToken}";
        foreach (var left in Directory.EnumerateDirectories(inputs.Folder.Releases, mine + "*")) Directory.Delete(left, recursive: true);
        return Path.Combine(inputs.Folder.Releases, $"{mine}-{context.Attempt}");
    }
}
