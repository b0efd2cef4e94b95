using Towpath.Engine.Storage;

namespace Towpath.Server.Api;

public sealed record DeliveryList(IReadOnlyList<DeliveryView> Deliveries);

/// <summary>One webhook delivery from GitHub.</summary>
public sealed record DeliveryView
{
    public required Guid Guid { get; init; }
    public required string Event { get; init; }
    public string? Action { get; init; }
    public long? RepositoryId { get; init; }
    public long? InstallationId { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required DeliveryState State { get; init; }

    /// <summary>Why it is so.</summary>
    public string? Note { get; init; }
    public DateTimeOffset? HandledAt { get; init; }

    /// <summary>Bytes of the payload.</summary>
    public required long Length { get; init; }

    public static DeliveryView Of(Delivery d) => new()
    {
        Guid = d.Guid, Event = d.Event, Action = d.Action, RepositoryId = d.RepositoryId, InstallationId = d.InstallationId, ReceivedAt = d.ReceivedAt,
        State = d.State, Note = d.Note, HandledAt = d.HandledAt, Length = d.Length,
    };
}

/// <param name="Delivery">Which one.</param>
/// <param name="Repository">What the repository is called now.</param>
/// <param name="Payload">What was sent, as text.</param>
/// <param name="IsWhole">False where the payload is cut, since it is very long.</param>
public sealed record DeliveryDetail(DeliveryView Delivery, string? Repository, string Payload, bool IsWhole);
