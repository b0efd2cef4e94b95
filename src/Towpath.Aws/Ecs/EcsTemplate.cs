using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.TaskDefinitions;
using Towpath.Aws.S3;
using Towpath.Core.Applications;

namespace Towpath.Aws.Ecs;

/// <summary>Reads the application's partial task definition, from S3 or from beside the spec.</summary>
internal sealed class EcsTemplate(S3Client s3)
{
    // ECS takes 64 KB at most (Amazon ECS Developer Guide, "Service quotas").
    private const int Longest = 64 * 1024;

    /// <summary>The bucket of <c>s3://bucket/key</c>; null for anything else.</summary>
    public static string? BucketOf(string? place) => place is null ? null : S3Reference.Parse(place)?.Bucket;

    /// <returns>Null where the spec names none, or it cannot be used: then a sentence was added.</returns>
    public async Task<JsonObject?> ReadAsync(AwsScope scope, TargetSpec target, string? place, List<string> problems, CancellationToken cancellationToken)
    {
        if (place is null) return null;
        if (await TextAsync(scope, target, place, cancellationToken) is not { } text)
        {
            problems.Add($"`task_definition`: there is no {place}; put it there, or take the key out");
            return null;
        }

        var (template, problem) = Parse(text);
        if (problem is not null) problems.Add($"`task_definition`: {place} {problem}");
        return template;
    }

    /// <returns>The template, or what is wrong with it.</returns>
    internal static (JsonObject? Template, string? Problem) Parse(string text)
    {
        if (text.Length > Longest) return (null, $"has more than {Longest / 1024} KiB, the most that ECS takes");
        try
        {
            if (JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 32 }) is not JsonObject template) return (null, "is no JSON object");
            // What `aws ecs describe-task-definition` prints is taken, too.
            var inner = template.Member("taskDefinition") ?? template;
            return TaskDefinition.ContainersOf(inner).Any(c => string.IsNullOrEmpty(c.Text("name")))
                ? (null, "has a container without `name`, by which containers are merged")
                : ((JsonObject)inner.DeepClone(), null);
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
}
