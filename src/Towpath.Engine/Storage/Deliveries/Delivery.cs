namespace Towpath.Engine.Storage;

public enum DeliveryState
{
    Pending,

    /// <summary>What it told was taken up.</summary>
    Handled,

    /// <summary>Understood, and nothing to do.</summary>
    Ignored,

    /// <summary>It is not what GitHub documents of its event; kept, to be looked at and replayed.</summary>
    NotUnderstood,

    /// <summary>Handling it failed each time; kept, to be replayed.</summary>
    Failed,
}

/// <summary>One that has just come and whose signature is right.</summary>
/// <param name="Guid">GitHub's id of it; the same again is the same delivery.</param>
/// <param name="Event">What GitHub calls its event, such as <c>push</c>.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Body">What was sent, packed.</param>
public sealed record ReceivedDelivery(Guid Guid, string Event, DateTimeOffset ReceivedAt, PackedBody Body);

/// <summary>One that is kept, without what was sent.</summary>
public sealed record Delivery
{
    public required Guid Guid { get; init; }

    public required string Event { get; init; }

    /// <summary>What happened, such as <c>opened</c>; null before it was read, and where the event has none.</summary>
    public string? Action { get; init; }

    public long? RepositoryId { get; init; }

    public long? InstallationId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DeliveryState State { get; init; }

    /// <summary>Why it is so, in a sentence.</summary>
    public string? Note { get; init; }

    public DateTimeOffset? HandledAt { get; init; }

    /// <summary>Bytes of what was sent.</summary>
    public required long Length { get; init; }
}

/// <param name="Delivery">Which one.</param>
/// <param name="Body">What was sent, packed.</param>
public sealed record DeliveryContent(Delivery Delivery, PackedBody Body)
{
    /// <summary>The bytes as they were sent.</summary>
    /// <exception cref="InvalidDataException">They cannot be unpacked.</exception>
    public byte[] Payload() => Body.Unpack();
}

/// <summary>What became of one.</summary>
/// <param name="Guid">Which one.</param>
/// <param name="State">Any but pending.</param>
/// <param name="At">When.</param>
/// <param name="Note">Why, in a sentence.</param>
public sealed record DeliveryOutcome(Guid Guid, DeliveryState State, DateTimeOffset At, string? Note)
{
    public string? Action { get; init; }

    public long? RepositoryId { get; init; }

    public long? InstallationId { get; init; }
}

/// <param name="States">Only in these states; null for all.</param>
/// <param name="Before">Only received before this one, for paging.</param>
/// <param name="Limit">At most this many.</param>
public sealed record DeliveryFilter(IReadOnlyList<DeliveryState>? States = null, Guid? Before = null, int Limit = 50)
{
    /// <summary>What did not go well.</summary>
    public static IReadOnlyList<DeliveryState> Trouble { get; } = [DeliveryState.NotUnderstood, DeliveryState.Failed];
}
