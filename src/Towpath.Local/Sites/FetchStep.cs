using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Local.Sites;

/// <summary>Brings the artifact into the site's own store, so that a rollback needs nobody else.</summary>
internal sealed class FetchStep(LocalOptions options, IEnumerable<IArtifactSource> sources, ISiteFiles files) : SiteStep(options)
{
    public const string Name = "local-site.fetch";

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, SiteInputs inputs, CancellationToken cancellationToken)
    {
        if (await FindReleaseAsync(inputs, cancellationToken) is not null || await IsStoredAsync(inputs, cancellationToken))
        {
            context.Log($"{inputs.Digest} is here already");
            return new StepResult.Done();
        }

        var scheme = ArtifactScheme.Of(ArtifactKind.StaticSite, inputs.Reference);
        if (sources.FirstOrDefault(source => source.Scheme == scheme) is not { } source)
            return new StepResult.Failed($"nothing here can read artifacts of the scheme '{scheme}'; report the build with another reference");
        await using var stream = await source.OpenAsync(inputs.Reference, cancellationToken);
        await context.EnsureOwnedAsync(cancellationToken);
        var copied = await files.CopyArtifactAsync(stream, inputs.Folder, inputs.Digest, Options.Sites.MaximumArtifactBytes, cancellationToken);
        return Answer(context, inputs, copied);
    }

    private StepResult Answer(StepContext context, SiteInputs inputs, CopyResult copied)
    {
        switch (copied)
        {
            case CopyResult.Copied { Bytes: var bytes }:
                context.Log($"fetched {bytes} bytes, {inputs.Digest}");
                return new StepResult.Done();
            case CopyResult.WrongDigest { Found: var found }:
                return new StepResult.Failed($"'{inputs.Reference}' holds other bytes than those that were reported: expected {inputs.Digest}, "
                    + $"found {found}; report the new bytes as another build, or put the reported ones back");
            case CopyResult.TooLarge:
                return new StepResult.Failed($"'{inputs.Reference}' is larger than {Options.Sites.MaximumArtifactBytes} bytes, the most that a site's zip may have");
            default: throw new InvalidOperationException("a copy is copied, wrong or too large");
        }
    }

    private static async Task<bool> IsStoredAsync(SiteInputs inputs, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(inputs.Folder.Artifact(inputs.Digest));
            return await Digest.OfAsync(stream, cancellationToken) == inputs.Digest;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }
}
