using System.Text.Json.Serialization;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Lambda.Api;

/// <summary>One version of a function, or what was uploaded last.</summary>
public sealed record FunctionConfiguration
{
    /// <summary>The version that stands for what was uploaded last.</summary>
    public const string Latest = "$LATEST";

    public string? FunctionArn { get; init; }
    public string? Version { get; init; }
    public string? Description { get; init; }

    /// <summary>The SHA-256 of the zip, in Base64.</summary>
    public string? CodeSha256 { get; init; }
    public string? RevisionId { get; init; }

    /// <summary><c>Zip</c> or <c>Image</c>.</summary>
    public string? PackageType { get; init; }
    public string? State { get; init; }
    public string? StateReason { get; init; }
    public string? LastUpdateStatus { get; init; }
    public string? LastUpdateStatusReason { get; init; }
    public string? LastModified { get; init; }

    /// <summary>The digest of the zip; null where AWS tells none.</summary>
    [JsonIgnore]
    public Digest? Code => CodeHash.ToDigest(CodeSha256);

    /// <summary>It answers calls: idle functions are woken by the next one.</summary>
    [JsonIgnore]
    public bool IsActive => State is null or "Active" or "Inactive";

    [JsonIgnore]
    public bool IsUpdating => State == "Pending" || LastUpdateStatus == "InProgress";
}

/// <summary>The two spellings of one hash: Towpath's digest and Lambda's Base64.</summary>
public static class CodeHash
{
    public static string Of(Digest digest) => Convert.ToBase64String(Convert.FromHexString(digest.Hex));

    public static Digest? ToDigest(string? base64)
    {
        var hash = new byte[32];
        return base64 is not null && Convert.TryFromBase64String(base64, hash, out var length) && length == hash.Length ? Digest.FromHash(hash) : null;
    }
}

/// <summary>A name that callers use, and the versions behind it.</summary>
public sealed record FunctionAlias
{
    public string? Name { get; init; }
    public string? FunctionVersion { get; init; }
    public string? Description { get; init; }
    public AliasRouting? RoutingConfig { get; init; }
    public string? RevisionId { get; init; }

    /// <summary>What share of the calls other versions get.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, double> Weights => RoutingConfig?.AdditionalVersionWeights ?? new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Every call goes to this version.</summary>
    public bool IsOnly(string version) => FunctionVersion == version && Weights.Count == 0;

    /// <summary>The versions for people.</summary>
    public string Words() => Weights.Count == 0
        ? $"version {FunctionVersion}"
        : $"version {FunctionVersion}, with {string.Join(", ", Weights.Select(w => $"{w.Value * 100:0.##} % of the calls to version {w.Key}"))}";
}

public sealed record AliasRouting(IReadOnlyDictionary<string, double>? AdditionalVersionWeights);

public sealed record CodeUpdate(string S3Bucket, string S3Key, string? RevisionId);

/// <param name="CodeSha256">Publish only where the code is this.</param>
/// <param name="Description">What people see beside the version.</param>
public sealed record Publication(string CodeSha256, string Description);

internal sealed record VersionPage(IReadOnlyList<FunctionConfiguration>? Versions, string? NextMarker);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FunctionConfiguration))]
[JsonSerializable(typeof(FunctionAlias))]
[JsonSerializable(typeof(CodeUpdate))]
[JsonSerializable(typeof(Publication))]
[JsonSerializable(typeof(VersionPage))]
internal sealed partial class LambdaJson : JsonSerializerContext;
