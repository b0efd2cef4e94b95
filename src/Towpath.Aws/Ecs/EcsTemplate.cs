using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Aws.S3;
using Towpath.Core.Applications;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs;

/// <summary>Reads the application's partial task definition, from S3 or from beside the spec.</summary>
internal sealed class EcsTemplate(S3Client s3, OperatorLimits limits)
{
    // ECS takes 64 KB at most (Amazon ECS Developer Guide, "Service quotas").
    private const int Longest = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>What tells revisions apart. A template of another family would become a revision of another application.</summary>
    private static readonly string[] Registered = ["family", "taskDefinition", .. Registration.Described];

    /// <summary>The bucket of <c>s3://bucket/key</c>; null for anything else.</summary>
    public static string? BucketOf(string? place) => place is null ? null : S3Reference.Parse(place)?.Bucket;

    /// <summary>What is wrong with a template that lies beside the spec: known before anything is called.</summary>
    public static IEnumerable<string> Check(TargetSpec target, string? place, EcsReach reach)
    {
        if (place is null || !target.Files.TryGetValue(place, out var text)) return [];
        var (template, problem) = Parse(text);
        return template is null ? [Sentence(place, problem!)] : new TemplateReach(reach).Problems(template);
    }

    /// <summary>Reads it as it is now. What lies in a bucket is held against the limits here, whoever put it there.</summary>
    public async Task<TemplateRead> ReadAsync(AwsScope scope, PlanRequest request, EcsSettings settings, CancellationToken cancellationToken)
    {
        if (settings.TaskDefinition is not { } place) return new TemplateRead(null, []);
        if (await TextAsync(scope, request.Environment.Target, place, cancellationToken) is not { } text)
            return new TemplateRead(null, [$"`task_definition`: there is no {place}; put it there, or take the key out"]);
        var (template, problem) = Parse(text);
        if (template is null) return new TemplateRead(null, [Sentence(place, problem!)]);
        return new TemplateReach(new EcsReach(limits.For(request.Repository), settings.Place)).Problems(template).ToList() is { Count: > 0 } foreign
            ? new TemplateRead(null, foreign, RefusalKind.NotAllowed)
            : new TemplateRead(template, []);
    }

    /// <returns>The template, or what is wrong with it.</returns>
    internal static (JsonObject? Template, string? Problem) Parse(string text)
    {
        if (text.Length > Longest) return (null, $"has more than {Longest / 1024} KiB, the most that ECS takes");
        try
        {
            if (JsonNode.Parse(text, documentOptions: Strict) is not JsonObject template) return (null, "is no JSON object");
            if (Registered.FirstOrDefault(template.ContainsKey) is { } member)
                return (null, $"has `{member}`, which says what is registered and not what is to be otherwise; take it out");
            return TaskDefinition.ContainersOf(template).Any(c => string.IsNullOrEmpty(c.Text("name")))
                ? (null, "has a container without `name`, by which containers are merged")
                : (template, null);
        }
        catch (JsonException e)
        {
            return (null, $"is no JSON: {e.Message}");
        }
    }

    private async Task<string?> TextAsync(AwsScope scope, TargetSpec target, string place, CancellationToken cancellationToken)
    {
        if (S3Reference.Parse(place) is not var (bucket, key)) return target.Files.GetValueOrDefault(place);
        await using var download = await s3.GetAsync(new S3Bucket(scope, bucket), key, cancellationToken);
        if (download is null) return null;
        if (download.About.Size > Longest) return new string(' ', Longest + 1);
        using var reader = new StreamReader(download.Content);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static string Sentence(string place, string problem) => $"`task_definition`: {place} {problem}";
}

/// <param name="Template">Null where the spec names none, or it cannot be used.</param>
/// <param name="Problems">Why it cannot be used.</param>
/// <param name="Kind">Not allowed where it reaches out of the project.</param>
internal sealed record TemplateRead(JsonObject? Template, IReadOnlyList<string> Problems, RefusalKind Kind = RefusalKind.Wrong);
