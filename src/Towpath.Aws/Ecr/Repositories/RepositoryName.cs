using System.Text.RegularExpressions;

namespace Towpath.Aws.Ecr.Repositories;

/// <summary>A private repository of Amazon ECR: whose, where, and its name.</summary>
/// <param name="Account">The registry's account.</param>
/// <param name="Region">Its region.</param>
/// <param name="Name">Such as <c>acme/web</c>.</param>
public sealed partial record RepositoryName(string Account, string Region, string Name)
{
    public string Host => $"{Account}.dkr.ecr.{Region}.amazonaws.com";

    public string Arn => $"arn:aws:ecr:{Region}:{Account}:repository/{Name}";

    /// <summary>Of <c>account.dkr.ecr.region.amazonaws.com/name</c>; null for a repository that is elsewhere.</summary>
    public static RepositoryName? Parse(string repository) =>
        Form().Match(repository) is { Success: true } match ? new RepositoryName(match.Groups["account"].Value, match.Groups["region"].Value, match.Groups["name"].Value) : null;

    /// <summary>Whose registry and where, of a host alone.</summary>
    public static (string Account, string Region)? OfHost(string host) => Parse(host + "/any") is { } found ? (found.Account, found.Region) : null;

    public override string ToString() => $"{Host}/{Name}";

    [GeneratedRegex(@"\A(?<account>[0-9]{12})\.dkr\.ecr(-fips)?\.(?<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/(?<name>[a-z0-9]+([._/-]+[a-z0-9]+)*)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
