using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>Finds the images that tasks are to run.</summary>
public static partial class Images
{
    /// <summary>
    /// The digest of an image reference. In an ECR registry it must be there, else null; what other registries have is not
    /// known and assumed to be there, with a digest that follows from the reference.
    /// </summary>
    public static string? DigestOf(Estate estate, string image)
    {
        if (EcrImage().Match(image) is not { Success: true } match)
        {
            return image.IndexOf("@sha256:", StringComparison.Ordinal) is var at and > 0
                ? image[(at + 1)..]
                : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(image)));
        }
        var reference = match.Groups["digest"] is { Success: true } digest ? digest.Value : match.Groups["tag"] is { Success: true } tag ? tag.Value : "latest";
        return estate.In(match.Groups["account"].Value, match.Groups["region"].Value).Ecr.Find(match.Groups["name"].Value)?.Find(reference)?.Digest;
    }

    [GeneratedRegex(
        @"^(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]+)\.amazonaws\.com/(?<name>[a-z0-9._/-]+)(:(?<tag>[A-Za-z0-9_.-]+))?(@(?<digest>sha256:[0-9a-f]{64}))?$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex EcrImage();
}
