using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Webhooks;

/// <summary>One attempt to tell an app of an event. A redelivery is another attempt with the same GUID.</summary>
public sealed class Delivery
{
    public required long Id { get; init; }

    public required Guid Guid { get; init; }

    public required string Event { get; init; }

    public string? Action { get; init; }

    public long? InstallationId { get; init; }

    public long? RepositoryId { get; init; }

    public required byte[] Payload { get; init; }

    public required string Url { get; init; }

    public bool Redelivery { get; init; }

    public required IReadOnlyList<(string Name, string Value)> Headers { get; init; }

    public DateTimeOffset DeliveredAt { get; set; }

    /// <summary>0: no answer came.</summary>
    public int StatusCode { get; set; }

    public string Status { get; set; } = "pending";

    /// <summary>Seconds.</summary>
    public double Duration { get; set; }

    public IReadOnlyList<(string Name, string Value)> AnswerHeaders { get; set; } = [];

    public string? Answer { get; set; }

    /// <summary>Whether it was ever tried: others are still on their way, and GitHub's list does not have them.</summary>
    public bool IsDone => Status != "pending";

    /// <summary>GitHub's "simple webhook delivery".</summary>
    public JsonObject View() => new()
    {
        ["id"] = Id, ["guid"] = Guid.ToString(), ["delivered_at"] = DeliveredAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"), ["redelivery"] = Redelivery,
        ["duration"] = Math.Round(Duration, 2), ["status"] = Status, ["status_code"] = StatusCode, ["event"] = Event, ["action"] = Action,
        ["installation_id"] = InstallationId, ["repository_id"] = RepositoryId, ["throttled_at"] = null,
    };

    /// <summary>With what was sent and answered.</summary>
    public JsonObject FullView() => View().With(
        ("url", Url),
        ("request", new JsonObject { ["headers"] = View(Headers), ["payload"] = JsonNode.Parse(Payload) }),
        ("response", new JsonObject { ["headers"] = View(AnswerHeaders), ["payload"] = Answer }));

    private static JsonObject View(IReadOnlyList<(string Name, string Value)> headers)
    {
        var view = new JsonObject();
        foreach (var (name, value) in headers) view[name] = value;
        return view;
    }
}

/// <summary>What GitHub remembers of an app's deliveries: three days, and at most <see cref="Capacity"/>.</summary>
public sealed class DeliveryLog
{
    public const int Capacity = 20_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<Delivery> _deliveries = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Delivery> All
    {
        get
        {
            lock (_lock) return [.. _deliveries];
        }
    }

    internal void Add(Delivery delivery)
    {
        lock (_lock)
        {
            _deliveries.AddFirst(delivery);
            if (_deliveries.Count > Capacity) _deliveries.RemoveLast();
        }
    }

    internal void Clear()
    {
        lock (_lock) _deliveries.Clear();
    }
}
