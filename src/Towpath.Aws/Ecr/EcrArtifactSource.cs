using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Aws.Steps;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Aws.Ecr;

/// <summary>Containers in registries of Amazon ECR; account and region come from the registry's host.</summary>
internal sealed class EcrArtifactSource(EcrClient ecr, AwsOptions options) : IArtifactSource
{
    private static readonly string Session = SessionName.Of("images");
    private const int TagsShown = 5;

    public string Scheme => ArtifactScheme.Ecr;

    public string? Check(string source, OperatorLimits limits) => ProjectChecks.Registry(limits, ContainerReference.Split(source).Repository);

    public async Task<ArtifactLookup> DescribeAsync(string reference, CancellationToken cancellationToken)
    {
        if (EcrImage.Of(reference) is not { } image) return new ArtifactLookup.Missing($"'{reference}' is no image of Amazon ECR; write ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY");
        var scope = ScopeOf(image);
        try
        {
            return await ecr.FindAsync(scope, image, cancellationToken) switch
            {
                EcrLookup.Found found => new ArtifactLookup.Found(found.Digest, found.Size),
                EcrLookup.NoRepository => new ArtifactLookup.Missing($"there is no repository {image.Repository.Name} in the registry of account {image.Repository.Account} in {image.Repository.Region}; check its name, account and region"),
                _ => new ArtifactLookup.Missing(await NoImageAsync(scope, image, cancellationToken)),
            };
        }
        catch (AwsException e) when (e.IsDenied)
        {
            return new ArtifactLookup.Refused(AwsWords.Of(e));
        }
    }

    public Task<Stream> OpenAsync(string reference, CancellationToken cancellationToken) =>
        throw new NotSupportedException("a container image is not read as a stream");

    /// <summary>Reads where the registry is shared, by the role for that.</summary>
    public AwsScope ScopeOf(EcrImage image) => new(image.Repository.Region, options.SharedServicesRole, Session);

    private async Task<string> NoImageAsync(AwsScope scope, EcrImage image, CancellationToken cancellationToken)
    {
        var name = image.Reference.Digest is { } digest ? $"image {digest}" : $"tag '{image.Reference.Tag ?? "latest"}'";
        var tags = await ecr.RecentTagsAsync(scope, image, TagsShown, cancellationToken);
        return $"the registry has no {name} in {image.Reference.Repository}{(tags.Count == 0 ? "" : $"; the newest tags there are {string.Join(", ", tags)}")}; push it, or name another version";
    }
}
