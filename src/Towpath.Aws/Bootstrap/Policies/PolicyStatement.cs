namespace Towpath.Aws.Bootstrap.Policies;

/// <summary>One thing that a policy allows or denies (AWS IAM User Guide, "JSON policy element reference").</summary>
/// <param name="Actions">Such as <c>lambda:UpdateAlias</c>.</param>
/// <param name="Resources">ARNs; empty in a trust policy, where the role itself is meant.</param>
public sealed record PolicyStatement(IReadOnlyList<string> Actions, IReadOnlyList<string> Resources)
{
    /// <summary>Names it in a policy that others write to, too; begins with <see cref="PolicyText.OwnSid"/>.</summary>
    public string? Sid { get; init; }

    public bool Denies { get; init; }

    /// <summary><c>AWS</c> or <c>Federated</c> to whom; <c>*</c> to <c>*</c> for anybody who meets the conditions. Empty in a role's own policy.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Principals { get; init; } = [];

    public IReadOnlyList<PolicyCondition> Conditions { get; init; } = [];

    public static PolicyStatement Allow(IEnumerable<string> actions, params IEnumerable<string> resources) => new([.. actions], [.. resources]);

    public PolicyStatement When(string @operator, string key, params IEnumerable<string> values) =>
        this with { Conditions = [.. Conditions, new PolicyCondition(@operator, key, [.. values])] };

    public PolicyStatement For(string kind, params IEnumerable<string> principals) =>
        this with { Principals = [.. Principals, KeyValuePair.Create(kind, (IReadOnlyList<string>)[.. principals])] };
}

/// <param name="Operator">Such as <c>StringEquals</c>.</param>
/// <param name="Key">What is compared.</param>
/// <param name="Values">One of these.</param>
public sealed record PolicyCondition(string Operator, string Key, IReadOnlyList<string> Values)
{
    /// <summary>For comparing: records compare lists by reference.</summary>
    public string Text => $"{Operator} {Key} {string.Join(' ', Values.Order(StringComparer.Ordinal))}";
}
