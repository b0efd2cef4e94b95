using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Webhooks;

namespace Towpath.GitHubEmulator.Control;

/// <summary>
/// Steering from other processes, under <c>/_emulator</c>: GET state, calls, stats, problems, deliveries and clock; POST state, script, clock, reset and deliveries/release;
/// PUT state forgets everything first.
/// </summary>
internal sealed class ControlApi(EmulatorWorld world)
{
    public async Task HandleAsync(HttpContext http, string[] path)
    {
        try
        {
            var body = HttpMethods.IsGet(http.Request.Method) ? [] : await ReadAsync(http);
            var answer = await AnswerAsync(http, $"{http.Request.Method} {string.Join('/', path)}", body);
            http.Response.StatusCode = answer is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            await WriteAsync(http, answer ?? new JsonObject { ["error"] = "There is nothing of that name under /_emulator." });
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException or ArgumentException or GitHubFault or NullReferenceException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(http, new JsonObject { ["error"] = wrong.Message });
        }
    }

    private async Task<JsonNode?> AnswerAsync(HttpContext http, string what, JsonObject body)
    {
        switch (what)
        {
            case "GET calls":
                return Calls(http.Request.Query);
            case "GET stats":
                return Stats();
            case "GET problems":
                return Json.Texts(world.Description?.Problems ?? []);
            case "GET deliveries":
                return Deliveries(http.Request.Query);
            case "POST deliveries/release":
                world.Outbox.Release([.. (body.Texts("guids") ?? []).Select(Guid.Parse)]);
                return new JsonObject();
            case "POST deliveries/settle":
                await world.Outbox.SettledAsync(http.RequestAborted);
                return new JsonObject();
            case "GET clock":
                return Clock();
            case "POST clock":
                world.Time.Advance(TimeSpan.FromSeconds((double)(body["advanceSeconds"] ?? throw new FormatException("advanceSeconds is missing."))));
                return Clock();
            case "GET state":
                lock (world.Gate) return StateView.Of(world);
            case "PUT state":
                world.Reset();
                return Seed(body);
            case "POST state":
                return Seed(body);
            case "POST script":
                lock (world.Gate) return ScriptReader.Follow(world, body);
            case "POST reset":
                world.Reset();
                return new JsonObject();
            default:
                return null;
        }
    }

    private JsonObject Seed(JsonObject state)
    {
        lock (world.Gate) return StateReader.Read(world, state);
    }

    private JsonObject Clock() => new() { ["now"] = world.Now.UtcDateTime.ToString("O") };

    /// <summary>The calls, narrowed by <c>after</c> (a number), <c>route</c> and <c>status</c>.</summary>
    private JsonArray Calls(IQueryCollection query)
    {
        var after = int.TryParse(query["after"], out var number) ? number : 0;
        var calls = world.Calls.All.Where(c =>
            c.Number > after && (query["route"].Count == 0 || c.Route == query["route"]) && (query["status"].Count == 0 || c.Status.ToString() == query["status"]));
        return Json.Array(calls.Select(c => (JsonNode)new JsonObject
        {
            ["number"] = c.Number, ["method"] = c.Method, ["path"] = c.Path, ["query"] = c.Query, ["route"] = c.Route, ["caller"] = c.Caller, ["status"] = c.Status, ["body"] = c.Body,
            ["requestId"] = c.RequestId, ["at"] = c.At.UtcDateTime.ToString("O"),
        }));
    }

    private JsonObject Stats()
    {
        var (byRoute, byStatus) = (new JsonObject(), new JsonObject());
        foreach (var (name, count) in world.Calls.ByRoute) byRoute[name] = count;
        foreach (var (status, count) in world.Calls.ByStatus) byStatus[status.ToString()] = count;
        return new JsonObject { ["calls"] = world.Calls.Total, ["waiting"] = world.Script.Waiting, ["held"] = world.Script.Held, ["byRoute"] = byRoute, ["byStatus"] = byStatus };
    }

    /// <summary>Of all apps, oldest first, with what is held; <c>event</c> narrows.</summary>
    private JsonArray Deliveries(IQueryCollection query)
    {
        bool IsAsked(Delivery delivery) => query["event"].Count == 0 || delivery.Event == query["event"];
        lock (world.Gate)
        {
            var done = world.Apps.All.SelectMany(a => a.Deliveries.All).Where(IsAsked).OrderBy(d => d.Id).Select(d => (JsonNode)d.FullView());
            var held = world.Outbox.Held.Where(IsAsked).Select(d => (JsonNode)d.FullView().With(("status", "held")));
            return Json.Array(done.Concat(held));
        }
    }

    private static async Task<JsonObject> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is 0 or null && !http.Request.Headers.ContainsKey("Transfer-Encoding")) return [];
        return await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) as JsonObject ?? throw new FormatException("The body is not a JSON object.");
    }

    private static Task WriteAsync(HttpContext http, JsonNode body)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted);
    }
}
