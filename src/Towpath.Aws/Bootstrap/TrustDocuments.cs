using System.Text.RegularExpressions;
using Towpath.Aws.Bootstrap.Policies;

namespace Towpath.Aws.Bootstrap;

/// <summary>Who may assume which role (GitHub documentation, "OpenID Connect reference"; AWS IAM User Guide, "OIDC federation").</summary>
public static partial class TrustDocuments
{
    public const string Issuer = "https://token.actions.githubusercontent.com";
    public const string Audience = "sts.amazonaws.com";

    private const string Host = "token.actions.githubusercontent.com";

    /// <summary>Branches, tags and environments; not pull requests, whose code nobody has approved.</summary>
    public static IReadOnlyList<string> DefaultSubjects { get; } = ["ref:refs/heads/*", "ref:refs/tags/*", "environment:*"];

    public static string ProviderArn(string account) => $"arn:aws:iam::{account}:oidc-provider/{Host}";

    /// <summary>
    /// The management role: runs of exactly these repositories, by id, since a name that became free can be taken. <c>sub</c> is held against the names
    /// as well, in both forms that GitHub writes; ids stand in the newer one, so that no part of a ref can pass for another repository.
    /// </summary>
    public static string Management(string account, IReadOnlyList<KeyValuePair<string, GitHubId>> repositories, IReadOnlyList<string> subjects, IReadOnlyList<string> principals)
    {
        var runs = new PolicyStatement(["sts:AssumeRoleWithWebIdentity"], [])
            .For("Federated", ProviderArn(account))
            .When("StringEquals", $"{Host}:aud", Audience)
            .When("StringEquals", $"{Host}:repository_id", repositories.Select(r => r.Value.Repository).Distinct(StringComparer.Ordinal))
            .When("StringLike", $"{Host}:sub", repositories.SelectMany(r => subjects.SelectMany(s => Subjects(r.Key, r.Value, s))));
        PolicyStatement[] hosts = principals.Count == 0 ? [] : [new PolicyStatement(["sts:AssumeRole"], []).For("AWS", principals)];
        return PolicyText.Of(repositories.Count == 0 ? hosts : [runs, .. hosts]);
    }

    /// <summary>A role that only these assume. Sessions are named by Towpath or by the run, so that CloudTrail shows whose each is.</summary>
    public static string Assumed(params IEnumerable<string> by) => PolicyText.Of([new PolicyStatement(["sts:AssumeRole"], []).For("AWS", by)]);

    public static bool IsOrganization(string text) => Organization().IsMatch(text);

    public static bool IsSubject(string text) => Subject().IsMatch(text);

    public static bool IsPrincipal(string text) => Principal().IsMatch(text);

    private static IEnumerable<string> Subjects(string repository, GitHubId id, string subject)
    {
        yield return $"repo:{repository}:{subject}";
        if (repository.Split('/') is [var owner, var name]) yield return $"repo:{owner}@{id.Owner}/{name}@{id.Repository}:{subject}";
    }

    [GeneratedRegex(@"\Ao-[a-z0-9]{10,32}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Organization();

    [GeneratedRegex(@"\A(ref:refs/[^\s?]+|environment:[^\s?]+|pull_request)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Subject();

    [GeneratedRegex(@"\Aarn:aws(-[a-z]+)*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9_+=,.@/-]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Principal();
}
