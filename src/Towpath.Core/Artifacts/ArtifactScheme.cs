using System.Text.RegularExpressions;

namespace Towpath.Core.Artifacts;

/// <summary>Which <see cref="IArtifactSource"/> reads an artifact.</summary>
public static partial class ArtifactScheme
{
    public const string File = "file";
    public const string Oci = "oci";
    public const string Ecr = "ecr";

    /// <summary>For containers the kind of registry; otherwise what stands before <c>://</c>, and <c>file</c> for a path.</summary>
    public static string Of(ArtifactKind kind, string reference)
    {
        if (kind == ArtifactKind.Container) return IsEcr(reference) ? Ecr : Oci;
        return reference.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? reference[..end].ToLowerInvariant() : File;
    }

    /// <summary>Whether the reference's host is a private registry of Amazon ECR (ECR user guide, "Private registry").</summary>
    private static bool IsEcr(string reference) =>
        reference.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && EcrHost().IsMatch(reference.AsSpan(0, slash));

    [GeneratedRegex(@"\A[0-9]{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EcrHost();
}
