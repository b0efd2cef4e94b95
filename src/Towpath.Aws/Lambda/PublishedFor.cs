using System.Text.RegularExpressions;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda;

/// <summary>The description of a published version: which version's label and which deployment it is of, so that it is found again.</summary>
internal sealed partial record PublishedFor(string Version, string Deployment)
{
    /// <summary>Descriptions have 256 characters at most.</summary>
    private const int LongestLabel = 180;

    public static PublishedFor Of(Deployment deployment, string version) => new(version.Length > LongestLabel ? version[..LongestLabel] : version, deployment.Id.Value);

    /// <returns>Null for a version that somebody else published.</returns>
    public static PublishedFor? Of(string? description) =>
        description is not null && Form().Match(description) is { Success: true } match ? new PublishedFor(match.Groups["version"].Value, match.Groups["deployment"].Value) : null;

    public override string ToString() => $"{Version} (towpath {Deployment})";

    [GeneratedRegex(@"\A(?<version>[^\s]+) \(towpath (?<deployment>[0-9a-f-]+)\)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
