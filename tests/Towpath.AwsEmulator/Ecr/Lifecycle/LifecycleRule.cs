using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr.Lifecycle;

/// <summary>One rule: which images, and how many or how old they may become.</summary>
public sealed record LifecycleRule
{
    private static readonly string[] Statuses = ["tagged", "untagged", "any"];

    public required int Priority { get; init; }
    public required string TagStatus { get; init; }
    public required IReadOnlyList<string> Prefixes { get; init; }
    public required IReadOnlyList<string> Patterns { get; init; }
    public required string CountType { get; init; }
    public required int CountNumber { get; init; }

    public static LifecycleRule Read(JsonObject rule)
    {
        var selection = rule.Member("selection") ?? throw LifecyclePolicy.Wrong("Rule must have a selection.");
        var read = new LifecycleRule
        {
            Priority = rule.Number("rulePriority") is { } priority and >= 1 ? priority : throw LifecyclePolicy.Wrong("rulePriority must be a positive number."),
            TagStatus = selection.Text("tagStatus") ?? "",
            Prefixes = selection.Strings("tagPrefixList"),
            Patterns = selection.Strings("tagPatternList"),
            CountType = selection.Text("countType") ?? "",
            CountNumber = selection.Number("countNumber") is { } count and >= 1 ? count : throw LifecyclePolicy.Wrong("countNumber must be a positive number."),
        };
        Check(read, selection.Text("countUnit"), rule.Member("action")?.Text("type"));
        return read;
    }

    /// <summary>All patterns must each match one of the image's tags; so must all prefixes.</summary>
    public bool Matches(IReadOnlyList<string> tags) => TagStatus switch
    {
        "untagged" => tags.Count == 0,
        "tagged" => tags.Count > 0
            && Prefixes.All(prefix => tags.Any(tag => tag.StartsWith(prefix, StringComparison.Ordinal)))
            && Patterns.All(pattern => tags.Any(tag => Wildcard.Matches(pattern, tag))),
        _ => true,
    };

    /// <summary>Of the images that the rule matches, newest first, those that are too many or too old.</summary>
    public IEnumerable<StoredImage> Expired(IReadOnlyList<StoredImage> newestFirst, DateTimeOffset now) => CountType == "imageCountMoreThan"
        ? newestFirst.Skip(CountNumber)
        : newestFirst.Where(image => image.PushedAt <= now.AddDays(-CountNumber));

    private static void Check(LifecycleRule rule, string? unit, string? action)
    {
        if (!Statuses.Contains(rule.TagStatus)) throw LifecyclePolicy.Wrong("tagStatus must be one of tagged, untagged, any.");
        if (rule.TagStatus == "tagged" && rule.Prefixes.Count + rule.Patterns.Count == 0)
            throw LifecyclePolicy.Wrong("Either tagPatternList or tagPrefixList must be specified when tagStatus is 'tagged'.");
        if (rule.TagStatus != "tagged" && rule.Prefixes.Count + rule.Patterns.Count > 0)
            throw LifecyclePolicy.Wrong("tagPatternList and tagPrefixList are only allowed when tagStatus is 'tagged'.");
        if (rule.Prefixes.Count > 0 && rule.Patterns.Count > 0) throw LifecyclePolicy.Wrong("tagPatternList and tagPrefixList cannot be used together.");
        if (rule.Patterns.Any(pattern => pattern.Count(character => character == '*') > 4)) throw LifecyclePolicy.Wrong("A tag pattern may have at most 4 wildcards.");
        if (rule.CountType is not ("imageCountMoreThan" or "sinceImagePushed")) throw LifecyclePolicy.Wrong("countType must be one of imageCountMoreThan, sinceImagePushed.");
        if (rule.CountType == "sinceImagePushed" != (unit == "days")) throw LifecyclePolicy.Wrong("countUnit must be 'days' where countType is sinceImagePushed, and is not allowed otherwise.");
        if (action != "expire") throw LifecyclePolicy.Wrong("action type must be 'expire'.");
    }
}
