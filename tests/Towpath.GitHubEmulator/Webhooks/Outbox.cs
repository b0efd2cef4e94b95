using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Webhooks;

/// <summary>Sends webhooks in the background, one after the other unless a script says otherwise. What fails is not tried again.</summary>
public sealed class Outbox : IDisposable
{
    /// <summary>GitHub waits ten seconds for an answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly string[] Unasked = ["installation", "installation_repositories", "github_app_authorization", "ping"];

    private readonly EmulatorWorld _world;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Patience };
    private readonly Channel<(App App, Delivery Delivery)> _queue = Channel.CreateUnbounded<(App, Delivery)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _end = new();
    private readonly List<(App App, Delivery Delivery)> _held = [];
    private readonly List<(App App, Delivery Delivery, int Behind)> _overtaken = [];
    private readonly Task _sending;
    private int _onTheWay;

    internal Outbox(EmulatorWorld world)
    {
        _world = world;
        _sending = Task.Run(SendAllAsync);
    }

    /// <summary>What waits until it is released.</summary>
    public IReadOnlyList<Delivery> Held
    {
        get
        {
            lock (_world.Gate) return [.. _held.Select(h => h.Delivery)];
        }
    }

    /// <summary>How many are queued or being sent, beside those that a script holds, delays or reorders.</summary>
    public int OnTheWay => Volatile.Read(ref _onTheWay);

    /// <summary>Tells every app that is installed on the repository and subscribed to the event.</summary>
    /// <param name="members">What the event adds to repository, organization, installation and sender.</param>
    public void Publish(string name, string? action, Repository repository, Account sender, JsonObject members)
    {
        var told = _world.Apps.InstallationsOf(repository).Where(i => i.App.WebhookUrl is not null && i.SuspendedAt is null && i.App.Events.Contains(name)).ToList();
        if (told.Count == 0) return;
        var payload = new JsonObject();
        if (action is not null) payload["action"] = action;
        foreach (var (member, value) in members.ToList())
        {
            members.Remove(member);
            payload[member] = value;
        }

        payload["repository"] = RepositoryView.Of(repository);
        if (repository.Owner is Organization organization) payload["organization"] = organization.SimpleOrganization();
        payload["sender"] = sender.Simple();
        foreach (var installation in told)
        {
            payload["installation"] = new JsonObject { ["id"] = installation.Id, ["node_id"] = Account.Node("I", installation.Id) };
            Queue(installation.App, installation, repository, name, payload);
        }
    }

    /// <summary>Tells one app of an event with exactly this payload.</summary>
    public void Queue(App app, Installation? installation, Repository? repository, string name, JsonObject payload)
    {
        if (app.WebhookUrl is null || (!app.Events.Contains(name) && !Unasked.Contains(name))) return;
        Queue(app, Make(app, name, (payload["action"] as JsonValue)?.ToString(), installation?.Id, repository?.Id, Encoding.UTF8.GetBytes(payload.ToJsonString())));
    }

    /// <summary>The same GUID and the same bytes once more, signed anew.</summary>
    public void Redeliver(App app, Delivery delivery) => Start(app, Make(
        app, delivery.Event, delivery.Action, delivery.InstallationId, delivery.RepositoryId, delivery.Payload, delivery.Guid, redelivery: true));

    /// <summary>Lets what is held go, in the order given; all where no GUIDs are given.</summary>
    public void Release(params IReadOnlyList<Guid> guids)
    {
        lock (_world.Gate)
        {
            var released = guids.Count == 0 ? [.. _held] : guids.SelectMany(g => _held.Where(h => h.Delivery.Guid == g)).ToList();
            foreach (var (app, delivery) in released)
            {
                _held.Remove((app, delivery));
                Start(app, delivery);
            }

            if (guids.Count > 0) return;
            foreach (var (app, delivery, _) in _overtaken) Start(app, delivery);
            _overtaken.Clear();
        }
    }

    /// <summary>Waits until nothing is on its way.</summary>
    public async Task SettledAsync(CancellationToken cancellationToken = default)
    {
        while (OnTheWay > 0) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
    }

    public void Clear()
    {
        lock (_world.Gate)
        {
            _held.Clear();
            _overtaken.Clear();
        }

        while (_queue.Reader.TryRead(out _)) Interlocked.Decrement(ref _onTheWay);
    }

    public void Dispose()
    {
        _end.Cancel();
        _queue.Writer.TryComplete();
        _http.Dispose();
        _ = _sending.ContinueWith(_ => _end.Dispose(), TaskScheduler.Default);
    }

    private void Queue(App app, Delivery delivery)
    {
        var rule = _world.Script.Webhooks.Take(delivery.Event, delivery.Action);
        switch (rule?.Kind)
        {
            case WebhookFault.Vanish:
                return;
            case WebhookFault.Lose:
                Finish(app, delivery, 0, "failed to connect to host");
                break;
            case WebhookFault.Double:
                Start(app, delivery);
                Start(app, Make(app, delivery.Event, delivery.Action, delivery.InstallationId, delivery.RepositoryId, delivery.Payload, delivery.Guid));
                break;
            case WebhookFault.Delay:
                _world.Scheduler.After(rule.Delay, () => Start(app, delivery));
                break;
            case WebhookFault.Reorder:
                _overtaken.Add((app, delivery, rule.By));
                return;
            case WebhookFault.Hold:
                _held.Add((app, delivery));
                break;
            default:
                Start(app, delivery);
                break;
        }

        LetOvertakenGo(app);
    }

    private void LetOvertakenGo(App app)
    {
        for (var i = 0; i < _overtaken.Count; i++)
        {
            if (_overtaken[i].App != app) continue;
            _overtaken[i] = _overtaken[i] with { Behind = _overtaken[i].Behind - 1 };
            if (_overtaken[i].Behind > 0) continue;
            Start(app, _overtaken[i].Delivery);
            _overtaken.RemoveAt(i--);
        }
    }

    private Delivery Make(
        App app, string name, string? action, long? installation, long? repository, byte[] payload, Guid? guid = null, bool redelivery = false)
    {
        var id = guid ?? Guid.CreateVersion7();
        var headers = new List<(string, string)>
        {
            ("User-Agent", "GitHub-Hookshot/0e1d2c3"), ("Accept", "*/*"), ("Content-Type", "application/json"),
            ("X-GitHub-Delivery", id.ToString()), ("X-GitHub-Event", name), ("X-GitHub-Hook-ID", app.HookId.ToString()),
            ("X-GitHub-Hook-Installation-Target-ID", app.Id.ToString()), ("X-GitHub-Hook-Installation-Target-Type", "integration"),
        };
        if (app.WebhookSecret is { } secret)
        {
            var key = Encoding.UTF8.GetBytes(secret);
            headers.Add(("X-Hub-Signature", $"sha1={Convert.ToHexStringLower(HMACSHA1.HashData(key, payload))}"));
            headers.Add(("X-Hub-Signature-256", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(key, payload))}"));
        }

        return new Delivery
        {
            Id = _world.NextId(), Guid = id, Event = name, Action = action, InstallationId = installation, RepositoryId = repository, Payload = payload,
            Url = app.WebhookUrl!, Redelivery = redelivery, Headers = headers,
        };
    }

    private void Start(App app, Delivery delivery)
    {
        Interlocked.Increment(ref _onTheWay);
        if (!_queue.Writer.TryWrite((app, delivery))) Interlocked.Decrement(ref _onTheWay);
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (var (app, delivery) in _queue.Reader.ReadAllAsync(_end.Token))
            {
                await SendAsync(app, delivery);
                Interlocked.Decrement(ref _onTheWay);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The emulator ends.
        }
    }

    private async Task SendAsync(App app, Delivery delivery)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ByteArrayContent(delivery.Payload) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in delivery.Headers)
                if (name != "Content-Type") request.Headers.TryAddWithoutValidation(name, value);
            using var response = await _http.SendAsync(request, _end.Token);
            delivery.Answer = await response.Content.ReadAsStringAsync(_end.Token);
            delivery.AnswerHeaders = [.. response.Headers.Select(h => (h.Key, string.Join(", ", h.Value)))];
            delivery.Duration = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Finish(app, delivery, (int)response.StatusCode, response.IsSuccessStatusCode ? "OK" : response.ReasonPhrase ?? "Error");
        }
        catch (Exception failed) when (failed is HttpRequestException or TaskCanceledException or InvalidOperationException or UriFormatException && !_end.IsCancellationRequested)
        {
            delivery.Duration = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Finish(app, delivery, 0, failed is TaskCanceledException ? "timed out" : "failed to connect to host");
        }
    }

    private void Finish(App app, Delivery delivery, int code, string status)
    {
        delivery.DeliveredAt = _world.Now;
        delivery.StatusCode = code;
        delivery.Status = status;
        app.Deliveries.Add(delivery);
    }
}
