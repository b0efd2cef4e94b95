using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>What GitHub sent, or tried to send, to the App's webhook in the last days (GitHub REST API, "GitHub App webhooks").</summary>
public sealed class HookDeliveriesApi(IGitHubClient github)
{
    /// <summary><c>GET /app/hook/deliveries</c>, newest first, redeliveries among them. Whoever has seen enough stops.</summary>
    public IAsyncEnumerable<HookDelivery> ListAsync(CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(GitHubCaller.TheApp, "listing webhook deliveries", $"app/hook/deliveries?per_page=100"), HookDeliveriesJson.Default.IReadOnlyListHookDelivery, cancellationToken);

    /// <summary><c>GET /app/hook/deliveries/{delivery_id}</c>: with what was sent.</summary>
    public Task<HookDeliveryDetails?> FindAsync(long id, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(GitHubCaller.TheApp, $"reading webhook delivery {id}", $"app/hook/deliveries/{id}"), HookDeliveriesJson.Default.HookDeliveryDetails, cancellationToken);

    /// <summary><c>POST /app/hook/deliveries/{delivery_id}/attempts</c>, without a body: GitHub sends it again, with the same GUID. It is deduplicated by that, so that asking twice does no harm.</summary>
    public Task RedeliverAsync(long id, CancellationToken cancellationToken) => github.SendAsync(
        GitHubRequest.Post(GitHubCaller.TheApp, $"asking for webhook delivery {id} again", $"app/hook/deliveries/{id}/attempts") with { IsRepeatable = true, IsContent = false }, cancellationToken);
}

public sealed record HookDelivery
{
    /// <summary>Of this attempt.</summary>
    public required long Id { get; init; }

    /// <summary>Of the delivery, the same for every attempt.</summary>
    public required string Guid { get; init; }

    public required DateTimeOffset DeliveredAt { get; init; }
    public bool Redelivery { get; init; }

    /// <summary>Such as <c>OK</c> or <c>timed out</c>.</summary>
    public string? Status { get; init; }

    /// <summary>What we answered; 0 where we did not.</summary>
    public int StatusCode { get; init; }

    public string? Event { get; init; }
    public string? Action { get; init; }
    public long? InstallationId { get; init; }
    public long? RepositoryId { get; init; }
}

public sealed record HookDeliveryDetails
{
    public required long Id { get; init; }
    public required string Guid { get; init; }
    public string? Event { get; init; }
    public HookRequest? Request { get; init; }
}

/// <param name="Headers">What was sent along; a signature may be among it.</param>
/// <param name="Payload">The event, as JSON: not its bytes, so that its signature cannot be checked.</param>
public sealed record HookRequest(JsonElement? Headers = null, JsonElement? Payload = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IReadOnlyList<HookDelivery>))]
[JsonSerializable(typeof(HookDeliveryDetails))]
internal sealed partial class HookDeliveriesJson : JsonSerializerContext;
