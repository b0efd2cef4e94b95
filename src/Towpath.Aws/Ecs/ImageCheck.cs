using Towpath.Aws.Calling;
using Towpath.Aws.Ecr;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecs;

/// <summary>Whether the images are where they are said to be. Only registries of Amazon ECR are asked; the digests of others were resolved when the build was reported.</summary>
internal sealed class ImageCheck(EcrClient ecr, EcrArtifactSource source)
{
    public async Task<IReadOnlyList<string>> ProblemsAsync(IEnumerable<Artifact> artifacts, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var artifact in artifacts)
            if (EcrImage.Of(ContainerReference.Split(artifact.Reference).At(artifact.Digest).ToString()) is { } image && await IsMissingAsync(image, cancellationToken))
                problems.Add($"the image {image.Reference} is not in the registry; push it again, or deploy a version that is there");
        return problems;
    }

    private async Task<bool> IsMissingAsync(EcrImage image, CancellationToken cancellationToken)
    {
        try
        {
            return await ecr.FindAsync(source.ScopeOf(image), image, cancellationToken) is not EcrLookup.Found;
        }
        catch (AwsException e) when (e.IsDenied)
        {
            // Whoever deploys need not be able to pull; ECS says what it finds.
            return false;
        }
    }
}
