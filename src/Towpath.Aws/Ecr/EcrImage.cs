using Towpath.Aws.Ecr.Repositories;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecr;

/// <summary>An image in a private repository of Amazon ECR.</summary>
/// <param name="Repository">Which one.</param>
/// <param name="Reference">As it was written.</param>
internal sealed record EcrImage(RepositoryName Repository, ContainerReference Reference)
{
    /// <summary>Null where the image is in another registry.</summary>
    public static EcrImage? Of(string text)
    {
        var reference = ContainerReference.Split(text);
        return RepositoryName.Parse(reference.Repository) is { } repository ? new EcrImage(repository, reference) : null;
    }
}
