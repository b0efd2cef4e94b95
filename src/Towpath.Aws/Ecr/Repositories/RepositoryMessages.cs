using System.Text.Json.Serialization;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Ecr.Repositories;

public sealed record EcrRepository(string RepositoryName, string? ImageTagMutability, ScanConfiguration? ImageScanningConfiguration)
{
    public const string Immutable = "IMMUTABLE";

    [JsonIgnore]
    public bool Scans => ImageScanningConfiguration?.ScanOnPush == true;
}

public sealed record ScanConfiguration(bool ScanOnPush);

/// <summary>Exactly one of both.</summary>
public sealed record ImageIdentifier(string? ImageTag, string? ImageDigest)
{
    public static ImageIdentifier Of(Digest digest) => new(null, digest.Value);

    public static ImageIdentifier Tagged(string tag) => new(tag, null);
}

/// <param name="Digest">Its name.</param>
/// <param name="Manifest">Its bytes as text.</param>
/// <param name="MediaType">What they are.</param>
public sealed record EcrManifest(Digest Digest, string Manifest, string? MediaType);

/// <param name="AuthorizationToken">User and password in Base64.</param>
/// <param name="ExpiresAt">Seconds since 1970.</param>
public sealed record EcrAuthorization(string AuthorizationToken, double ExpiresAt)
{
    // Records print their members, and this one is a secret.
    public override string ToString() => "an authorization for ECR";
}

internal sealed record Nothing;

internal sealed record DescribeInput(string RegistryId, IReadOnlyList<string> RepositoryNames);

internal sealed record DescribeOutput(IReadOnlyList<EcrRepository>? Repositories);

internal sealed record CreateInput(string RegistryId, string RepositoryName, string ImageTagMutability, ScanConfiguration ImageScanningConfiguration);

internal sealed record MutabilityInput(string RegistryId, string RepositoryName, string ImageTagMutability);

internal sealed record ScanInput(string RegistryId, string RepositoryName, ScanConfiguration ImageScanningConfiguration);

internal sealed record RepositoryInput(string RegistryId, string RepositoryName);

internal sealed record PolicyOutput(string? LifecyclePolicyText, string? PolicyText);

internal sealed record LifecycleInput(string RegistryId, string RepositoryName, string LifecyclePolicyText);

internal sealed record PolicyInput(string RegistryId, string RepositoryName, string PolicyText);

internal sealed record BatchGetInput(string RegistryId, string RepositoryName, IReadOnlyList<ImageIdentifier> ImageIds, IReadOnlyList<string> AcceptedMediaTypes);

internal sealed record BatchGetOutput(IReadOnlyList<BatchGetImage>? Images);

internal sealed record BatchGetImage(ImageIdentifier? ImageId, string? ImageManifest, string? ImageManifestMediaType);

internal sealed record PutImageInput(string RegistryId, string RepositoryName, string ImageManifest, string? ImageManifestMediaType, string ImageTag, string ImageDigest);

internal sealed record AuthorizationOutput(IReadOnlyList<EcrAuthorization>? AuthorizationData);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(DescribeInput))]
[JsonSerializable(typeof(DescribeOutput))]
[JsonSerializable(typeof(CreateInput))]
[JsonSerializable(typeof(MutabilityInput))]
[JsonSerializable(typeof(ScanInput))]
[JsonSerializable(typeof(RepositoryInput))]
[JsonSerializable(typeof(PolicyOutput))]
[JsonSerializable(typeof(LifecycleInput))]
[JsonSerializable(typeof(PolicyInput))]
[JsonSerializable(typeof(BatchGetInput))]
[JsonSerializable(typeof(BatchGetOutput))]
[JsonSerializable(typeof(PutImageInput))]
[JsonSerializable(typeof(AuthorizationOutput))]
internal sealed partial class RepositoryJson : JsonSerializerContext;
