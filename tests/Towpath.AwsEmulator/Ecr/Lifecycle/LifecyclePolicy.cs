using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr.Lifecycle;

/// <summary>A lifecycle policy that holds together. Source: Amazon ECR User Guide, lifecycle policies.</summary>
public sealed class LifecyclePolicy
{
    private const int MostRules = 50;

    private LifecyclePolicy(IReadOnlyList<LifecycleRule> rules) => Rules = rules;

    /// <summary>In order of their priority: an image that one rule matched is no other rule's.</summary>
    public IReadOnlyList<LifecycleRule> Rules { get; }

    /// <summary>Reads a policy; refuses what ECR refuses.</summary>
    public static LifecyclePolicy Read(string text)
    {
        if (JsonSyntax.Read(text) is not { } parsed) throw Wrong("Lifecycle policy validation failure: could not map policyString into LifecyclePolicy.");
        var rules = parsed.Items("rules").Select(LifecycleRule.Read).OrderBy(rule => rule.Priority).ToList();
        if (rules.Count == 0) throw Wrong("Lifecycle policy must contain at least one rule.");
        if (rules.Count > MostRules) throw Wrong($"Lifecycle policy must not contain more than {MostRules} rules.");
        if (rules.GroupBy(rule => rule.Priority).Any(same => same.Count() > 1)) throw Wrong("Rule priorities must be unique.");
        if (rules.SkipLast(1).Any(rule => rule.TagStatus == "any")) throw Wrong("Rule with tagStatus 'any' must have the lowest priority.");
        if (rules.Count(rule => rule.TagStatus == "untagged") > 1) throw Wrong("Only one rule may have tagStatus 'untagged'.");
        return new LifecyclePolicy(rules);
    }

    /// <summary>Which images would expire, and by which rule.</summary>
    public IEnumerable<(StoredImage Image, LifecycleRule Rule)> Expiring(Repository repository, DateTimeOffset now)
    {
        var matched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in Rules)
        {
            var mine = repository.Images.Where(image => !matched.Contains(image.Digest) && rule.Matches(repository.TagsOf(image.Digest))).ToList();
            foreach (var image in rule.Expired(mine, now).Where(image => repository.IndexOf(image.Digest) is null)) yield return (image, rule);
            foreach (var image in mine) matched.Add(image.Digest);
        }
    }

    internal static AwsFault Wrong(string message) => new("InvalidParameterException", "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: '" + message + "'");
}
