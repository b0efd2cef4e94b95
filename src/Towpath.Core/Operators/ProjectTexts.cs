using System.Text.RegularExpressions;
using Towpath.Core.Applications.Grammar;

namespace Towpath.Core.Operators;

/// <summary>
/// What <c>towpath.yaml</c> may say of AWS and registries. A pattern that names nothing would hand out everything that there is, so each
/// says whose: an account, a host, at least a letter or digit.
/// </summary>
internal static partial class ProjectTexts
{
    public static Rule.ListOf Roles { get; } = new(new Rule.Text(Expected: "a pattern of roles that names the account, such as arn:aws:iam::111111111111:role/*, or `own` for the control plane's own credentials")
    {
        Accepts = text => text == ProjectChecks.OwnCredentials || Role().IsMatch(text),
    });

    public static Rule.ListOf Parameters { get; } = new(new Rule.Text(Expected: "a pattern of parameters that names something, such as /web-app/**") { Accepts = NamesSomething });

    public static Rule.ListOf Buckets { get; } = new(new Rule.Text(Expected: "a pattern of buckets that names something, such as docs-*") { Accepts = NamesSomething });

    public static Rule.ListOf Secrets { get; } = new(new Rule.Text(Expected: "a pattern of secrets that names something, such as web-app/**") { Accepts = NamesSomething });

    public static Rule.ListOf LogGroups { get; } = new(new Rule.Text(Expected: "a pattern of log groups that names something, such as /ecs/web-app*") { Accepts = NamesSomething });

    public static Rule.ListOf Registries { get; } = new(new Rule.Text(Expected: "a registry's host and a pattern of its repositories in lower case, such as ghcr.io/acme/*; Docker Hub is docker.io") { Accepts = text => Registry().IsMatch(text) });

    public static Rule.Text RoleArn { get; } = new(Expected: "the ARN of a role, such as arn:aws:iam::111111111111:role/towpath") { Accepts = text => Role().IsMatch(text) && !text.Contains('*', StringComparison.Ordinal) };

    public static Rule.Text Region { get; } = new(Expected: "an AWS region such as eu-central-1") { Accepts = text => RegionName().IsMatch(text) };

    private static bool NamesSomething(string text) => text.Any(char.IsAsciiLetterOrDigit) && !text.Any(char.IsWhiteSpace);

    [GeneratedRegex(@"\Aarn:aws(-[a-z]+)*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/*-]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Role();

    [GeneratedRegex(@"\A(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+|[a-z0-9.-]+(?=:))(:[0-9]{1,5})?/[a-z0-9._/*-]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Registry();

    [GeneratedRegex(@"\A[a-z]{2}(-[a-z]+)+-[0-9]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RegionName();
}
