using System.Text.RegularExpressions;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecr;

/// <summary>An image in a private registry of Amazon ECR, by its host <c>ACCOUNT.dkr.ecr.REGION.amazonaws.com</c>.</summary>
/// <param name="Account">The registry.</param>
/// <param name="Region">Where it is.</param>
/// <param name="Repository">Without the host.</param>
/// <param name="Reference">As it was written.</param>
internal sealed partial record EcrImage(string Account, string Region, string Repository, ContainerReference Reference)
{
    /// <summary>Null where the image is in another registry.</summary>
    public static EcrImage? Of(string text)
    {
        var reference = ContainerReference.Split(text);
        var slash = reference.Repository.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && Host().Match(reference.Repository[..slash]) is { Success: true } host
            ? new EcrImage(host.Groups["account"].Value, host.Groups["region"].Value, reference.Repository[(slash + 1)..], reference)
            : null;
    }

    [GeneratedRegex(@"\A(?<account>[0-9]{12})\.dkr\.ecr(-fips)?\.(?<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Host();
}
