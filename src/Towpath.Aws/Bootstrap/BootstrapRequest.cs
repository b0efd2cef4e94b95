using Towpath.Core.Applications;
using Towpath.Core.Operators;

namespace Towpath.Aws.Bootstrap;

/// <summary>What an estate is to be made for.</summary>
public sealed record BootstrapRequest
{
    private const int LongestName = 64;

    private static readonly string[] OtherPartitions = ["cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-"];

    public required IReadOnlyList<ApplicationSpec> Applications { get; init; }

    /// <summary>The operator's roles and region.</summary>
    public required AwsSettings Settings { get; init; }

    /// <summary>The operator's projects: each gets a management role of its own. Without any, one leads to all roles.</summary>
    public OperatorLimits Limits { get; init; } = OperatorLimits.Nothing;

    /// <summary>The region of what no spec places.</summary>
    public required string Region { get; init; }

    /// <summary>Whose accounts may read registry and bucket, such as <c>o-a1b2c3d4e5</c>; null to name the accounts one by one.</summary>
    public string? Organization { get; init; }

    /// <summary>GitHub's ids of repositories by <c>owner/name</c>: names can be taken over by somebody else, ids cannot.</summary>
    public IReadOnlyDictionary<string, GitHubId> GitHubIds { get; init; } = new Dictionary<string, GitHubId>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What of a repository's runs may assume the management role, as the ends of <c>sub</c>.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = TrustDocuments.DefaultSubjects;

    /// <summary>Others that may assume the management role, such as the role of the host that the control plane runs on.</summary>
    public IReadOnlyList<string> Principals { get; init; } = [];

    /// <summary>Values for parameters that are missing.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Everything about the call itself that is wrong, each with what to do.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Organization is { } organization && !TrustDocuments.IsOrganization(organization) ? [$"'{organization}' is no AWS organization's id; it is o- and ten or more letters and digits, as `aws organizations describe-organization` shows"] : Array.Empty<string>(),
        .. Subjects.Where(s => !TrustDocuments.IsSubject(s)).Select(s => $"'{s}' would let every run of a repository in, or none; name refs or environments, such as 'ref:refs/heads/main' or 'environment:production'"),
        .. Projects().SelectMany(p => new[] { p.Management, p.Builds }).OfType<string>().GroupBy(r => r, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => $"{g.Key} is the role of two projects, or for two purposes; each needs its own"),
        .. Projects().SelectMany(p => new[] { p.Management, p.Builds }).OfType<string>().Where(r => r.Length - r.LastIndexOf('/') - 1 > LongestName)
            .Select(r => $"the name of {r} is longer than the {LongestName} characters that IAM takes; name the role under `projects` of towpath.yaml"),
        .. Elsewhere().Distinct(StringComparer.Ordinal).Select(e => $"{e} lies in another partition of AWS than `aws`; bootstrap makes estates in that one alone. In China or GovCloud, write roles and policies by hand"),
        .. Principals.Where(p => !TrustDocuments.IsPrincipal(p)).Select(p => $"'{p}' is no ARN of one role or user; wildcards and whole accounts are refused"),
    ];

    private IEnumerable<(string? Management, string? Builds)> Projects() =>
        Limits.Projects.Select(p => p.Value with { Name = p.Key }).Select(p => (Settings.ManagementRoleOf(p), Settings.BuildsRoleOf(p)));

    /// <summary>
    /// Roles and regions of other partitions: their ARNs, IAM's address, and what of GitHub's tokens their STS looks at are others.
    /// </summary>
    private IEnumerable<string> Elsewhere()
    {
        var targets = Applications.SelectMany(a => a.Environments).Select(e => e.Target.Settings).ToList();
        string?[] roles = [Settings.ManagementRole, Settings.SharedServicesRole, .. Principals, .. targets.Select(t => Core.Targets.Settings.Text(t, "role"))];
        foreach (var role in roles.OfType<string>())
            if (!role.StartsWith("arn:aws:", StringComparison.Ordinal) && role.StartsWith("arn:", StringComparison.Ordinal)) yield return $"the role {role}";
        foreach (var region in targets.Select(t => Core.Targets.Settings.Text(t, "region")).Append(Region).OfType<string>())
            if (OtherPartitions.Any(prefix => region.StartsWith(prefix, StringComparison.Ordinal))) yield return $"the region {region}";
    }
}

/// <param name="Owner">The owner's number.</param>
/// <param name="Repository">The repository's number.</param>
public sealed record GitHubId(string Owner, string Repository);
