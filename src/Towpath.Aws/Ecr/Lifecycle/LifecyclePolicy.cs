using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecr.Lifecycle;

/// <summary>
/// Which images a repository keeps (Amazon ECR User Guide, "Lifecycle policies"). One rule for each pattern, since a rule that lists several
/// expires only what carries all of them. Releases come first: an image that a rule keeps is not expired by a later one, so that a released
/// build outlives the many that never were.
/// </summary>
public static class LifecyclePolicy
{
    /// <summary>ECR takes fifty rules at most.</summary>
    private const int MostRules = 50;

    /// <summary>Tags of releases where neither the patterns of `version` nor `auto_deploy` say more.</summary>
    private const string Releases = "v*";

    /// <summary>The policy of an application's repository.</summary>
    public static string Of(ApplicationSpec application, ArtifactKeep keep) => Of(PatternsOf(application), keep);

    /// <param name="patterns">Tags with <c>*</c> for anything, the ones to keep longest first.</param>
    /// <param name="keep">How many and how long.</param>
    /// <exception cref="ArgumentException">There are more patterns than ECR takes rules.</exception>
    public static string Of(IReadOnlyList<string> patterns, ArtifactKeep keep)
    {
        string[] distinct = [.. patterns.Distinct(StringComparer.Ordinal)];
        if (distinct.Length >= MostRules) throw new ArgumentException($"ECR takes {MostRules} rules at most, and these are {distinct.Length} patterns", nameof(patterns));
        var rules = new JsonArray();
        foreach (var pattern in distinct)
            rules.Add(Rule(rules.Count + 1, $"the latest {keep.Tagged} of {pattern}", new JsonObject
            {
                ["tagStatus"] = "tagged", ["tagPatternList"] = new JsonArray(pattern), ["countType"] = "imageCountMoreThan", ["countNumber"] = keep.Tagged,
            }));
        rules.Add(Rule(rules.Count + 1, $"untagged for {keep.UntaggedDays} days", new JsonObject
        {
            ["tagStatus"] = "untagged", ["countType"] = "sinceImagePushed", ["countUnit"] = "days", ["countNumber"] = keep.UntaggedDays,
        }));
        return new JsonObject { ["rules"] = rules }.ToJsonString();
    }

    /// <summary>What tags this application's images have, releases first.</summary>
    public static IReadOnlyList<string> PatternsOf(ApplicationSpec application)
    {
        var slug = new Dictionary<string, string?>(StringComparer.Ordinal) { ["slug"] = application.Name };
        var releases = application.Environments.Select(e => e.AutoDeploy?.Tag).OfType<string>()
            .Select(pattern => Single(Placeholders.Fill(pattern, slug) ?? pattern)).DefaultIfEmpty(Releases);
        var builds = application.VersionPatterns.Select(pattern => Pattern(pattern, application.Name)).Where(pattern => pattern.Trim('*').Length > 0);
        return [.. releases.Concat(builds).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>What varies is anything. A pattern that would be nothing but that is left out: it would hold for releases and builds alike.</summary>
    private static string Pattern(string version, string slug)
    {
        foreach (var name in Placeholders.NamesIn(version).ToList())
            version = version.Replace($"{{{name}}}", name == "slug" ? slug : "*", StringComparison.Ordinal);
        return Single(version);
    }

    private static string Single(string pattern)
    {
        while (pattern.Contains("**", StringComparison.Ordinal)) pattern = pattern.Replace("**", "*", StringComparison.Ordinal);
        return pattern;
    }

    private static JsonObject Rule(int priority, string description, JsonObject selection) => new()
    {
        ["rulePriority"] = priority,
        ["description"] = description,
        ["selection"] = selection,
        ["action"] = new JsonObject { ["type"] = "expire" },
    };
}
