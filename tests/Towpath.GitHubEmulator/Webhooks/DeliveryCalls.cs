using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Webhooks;

/// <summary>An app's webhook: where it goes, what was delivered, and once more. Source: GitHub, "REST API endpoints for GitHub App webhooks".</summary>
internal static class DeliveryCalls
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    public static void Add(Router routes)
    {
        routes.On("GET /app/hook/config", Need.AppToken, call => Answer.Ok(Config(AppCalls.AppOf(call))));
        routes.On("PATCH /app/hook/config", Need.AppToken, Configure);
        routes.On("GET /app/hook/deliveries", Need.AppToken, List);
        routes.On("GET /app/hook/deliveries/{delivery_id}", Need.AppToken, call => Answer.Ok(Find(call).FullView()));
        routes.On("POST /app/hook/deliveries/{delivery_id}/attempts", Need.AppToken, Redeliver);
    }

    private static JsonObject Config(App app)
    {
        var config = new JsonObject { ["content_type"] = "json", ["insecure_ssl"] = "0" };
        if (app.WebhookSecret is not null) config["secret"] = "********";
        if (app.WebhookUrl is not null) config["url"] = app.WebhookUrl;
        return config;
    }

    private static Answer Configure(Call call)
    {
        var app = AppCalls.AppOf(call);
        app.WebhookUrl = call.Input.Text("url") ?? app.WebhookUrl;
        app.WebhookSecret = call.Input.Text("secret") ?? app.WebhookSecret;
        return Answer.Ok(Config(app));
    }

    private static List<Delivery> Remembered(Call call)
    {
        var since = call.World.Now - Kept;
        return [.. AppCalls.AppOf(call).Deliveries.All.Where(d => d.DeliveredAt > since)];
    }

    /// <summary>Newest first; the cursor is the id before which the next page begins.</summary>
    private static Answer List(Call call)
    {
        IEnumerable<Delivery> all = Remembered(call);
        if (call.Query("status") is { } status) all = all.Where(d => d.StatusCode is >= 200 and < 400 == (status == "success"));
        if (call.Query("cursor") is { } cursor)
        {
            var last = long.TryParse(cursor.Replace("v1_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw GitHubFault.Refused("Invalid cursor");
            all = all.SkipWhile(d => d.Id != last).Skip(1);
        }

        var size = call.Size();
        var page = all.Take(size + 1).ToList();
        var answer = Answer.Ok(Json.Array(page.Take(size).Select(d => d.View())));
        return page.Count <= size ? answer : answer with { Headers = [("Link", $"<{Paging.Address(call, "cursor", $"v1_{page[size - 1].Id}")}>; rel=\"next\"")] };
    }

    private static Delivery Find(Call call)
    {
        var id = call.Number64("delivery_id");
        return Remembered(call).FirstOrDefault(d => d.Id == id) ?? throw GitHubFault.NotFound();
    }

    private static Answer Redeliver(Call call)
    {
        call.World.Outbox.Redeliver(AppCalls.AppOf(call), Find(call));
        return new Answer(StatusCodes.Status202Accepted, new JsonObject());
    }
}
