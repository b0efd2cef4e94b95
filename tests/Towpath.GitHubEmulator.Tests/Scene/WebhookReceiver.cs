using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Towpath.GitHubEmulator.Tests.Scene;

/// <summary>A webhook as it arrived.</summary>
public sealed record ReceivedWebhook(IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string Event => Headers["X-GitHub-Event"];

    public string Guid => Headers["X-GitHub-Delivery"];

    public string? Action => (string?)Json["action"];
}

/// <summary>Listens where the app's webhooks go.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ReceivedWebhook> _received = [];
    private readonly WebApplication _application;

    private WebhookReceiver(WebApplication application) => _application = application;

    public string Url { get; private set; } = "";

    /// <summary>What is answered.</summary>
    public int Status { get; set; } = 202;

    public IReadOnlyList<ReceivedWebhook> All
    {
        get
        {
            lock (_lock) return [.. _received];
        }
    }

    public static async Task<WebhookReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var receiver = new WebhookReceiver(application);
        application.Run(receiver.TakeAsync);
        await application.StartAsync(cancellationToken);
        receiver.Url = $"{application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/github/webhooks";
        return receiver;
    }

    public void Clear()
    {
        lock (_lock) _received.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        lock (_lock) _received.Add(new ReceivedWebhook(headers, body.ToArray()));
        http.Response.StatusCode = Status;
    }
}
