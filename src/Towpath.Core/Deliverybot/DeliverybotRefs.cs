using Towpath.Core.Applications;

namespace Towpath.Core.Deliverybot;

/// <summary>
/// <c>auto_deploy_on</c> as patterns of branches and tags. Its star crosses slashes, as it did with Deliverybot, and stands for any text wherever it
/// is, where Deliverybot stopped reading at the first one.
/// </summary>
public static class DeliverybotRefs
{
    private static readonly (string Prefix, bool IsTag)[] Spaces = [("refs/heads/", false), ("refs/tags/", true)];

    /// <summary>Null where no branch and no tag can match, and for <c>pr</c>.</summary>
    public static AutoDeploy? ToAutoDeploy(string? on)
    {
        if (on is null or "pr") return null;
        string? branch = null, tag = null;
        foreach (var (prefix, isTag) in Spaces)
            if (Below(prefix, on) is { } pattern) (branch, tag) = isTag ? (branch, pattern) : (pattern, tag);
        return branch is null && tag is null ? null : new AutoDeploy(branch, tag);
    }

    /// <summary>The part of the pattern that is about the names below a prefix. A star before its end covers it and goes on.</summary>
    private static string? Below(string prefix, string on)
    {
        if (on.StartsWith(prefix, StringComparison.Ordinal)) return on.Length > prefix.Length ? on[prefix.Length..].Replace("*", "**", StringComparison.Ordinal) : null;
        var star = on.IndexOf('*', StringComparison.Ordinal);
        return star >= 0 && prefix.StartsWith(on[..star], StringComparison.Ordinal) ? on[star..].Replace("*", "**", StringComparison.Ordinal) : null;
    }
}
