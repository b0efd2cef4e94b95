using System.Text;
using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>The end of the flow that creates an App from a manifest (GitHub REST API, "Create a GitHub App from a manifest").</summary>
public sealed class AppManifestsApi(IGitHubClient github)
{
    /// <summary><c>POST /app-manifests/{code}/conversions</c>: within an hour, and once. Null where the code does not count.</summary>
    public Task<CreatedApp?> ConvertAsync(string code, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Post(GitHubCaller.NoOne, "finishing the creation of the App", $"app-manifests/{code}/conversions") with { IsContent = false }, AppManifestsJson.Default.CreatedApp, cancellationToken);
}

/// <summary>The new App with its secrets, which GitHub tells this once.</summary>
public sealed record CreatedApp
{
    public required long Id { get; init; }
    public required string ClientId { get; init; }
    public required string ClientSecret { get; init; }

    /// <summary>Null where the manifest has no webhook.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>The private key.</summary>
    public required string Pem { get; init; }

    public string? Slug { get; init; }
    public string? Name { get; init; }
    public string? HtmlUrl { get; init; }
    public GitHubAccount? Owner { get; init; }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Id = ").Append(Id);
        return true;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CreatedApp))]
internal sealed partial class AppManifestsJson : JsonSerializerContext;
