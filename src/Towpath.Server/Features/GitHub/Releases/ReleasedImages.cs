using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Server.Features.GitHub.Releases;

/// <summary>Gives the images of a build the version as a tag: the very manifest, with all its platforms, under one more name.</summary>
public sealed class ReleasedImages(IEnumerable<IImageTags> tags, IEnumerable<IArtifactSource> sources, OperatorLimits limits)
{
    /// <returns>Why it cannot be; null where every image has the tag.</returns>
    /// <exception cref="IOException">A registry could not be asked.</exception>
    public async Task<string?> TagAsync(ApplicationSpec application, Build build, string version, CancellationToken cancellationToken)
    {
        foreach (var image in build.Artifacts.Where(artifact => artifact.Kind == ArtifactKind.Container))
        {
            if (sources.Check(image, limits.For(application.Repository)) is { } no) return no;
            var repository = ContainerReference.Split(image.Reference).Repository;
            var scheme = ArtifactScheme.Of(ArtifactKind.Container, repository);
            if (tags.FirstOrDefault(t => string.Equals(t.Scheme, scheme, StringComparison.Ordinal)) is not { } registry) return $"nothing here can tag images in '{repository}'";
            switch (await registry.TagAsync(repository, image.Digest, version, cancellationToken))
            {
                case TagResult.Conflict taken: return $"{repository}:{version} is {taken.Found.Short} already, and tags do not move; publish this commit under another version";
                case TagResult.Missing missing: return missing.Reason;
            }
        }

        return null;
    }
}
