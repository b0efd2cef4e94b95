using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Control;

/// <summary>
/// Steering from other processes, under <c>/_emulator</c>: GET calls and stats; POST script, state and reset.
/// </summary>
internal sealed class ControlApi(EmulatorWorld world, IReadOnlyList<IEmulatedService> services, Limits limits)
{
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/_emulator/calls", Calls);
        endpoints.MapGet("/_emulator/stats", Stats);
        endpoints.MapPost("/_emulator/script", context => TakeAsync(context, FollowScript));
        endpoints.MapPost("/_emulator/state", context => TakeAsync(context, Seed));
        endpoints.MapPost("/_emulator/reset", context => TakeAsync(context, _ => Reset()));
    }

    /// <summary>Forgets state, script, journal and how much of the limits is used.</summary>
    public void Reset()
    {
        world.State.Reset();
        world.Script.Clear();
        world.Calls.Clear();
        limits.Clear();
    }

    /// <summary>The calls, narrowed by <c>after</c> (a number), <c>service</c> and <c>operation</c>.</summary>
    private Task Calls(HttpContext context)
    {
        var query = context.Request.Query;
        var after = int.TryParse(query["after"], out var number) ? number : 0;
        var calls = world.Calls.All.Where(c =>
            c.Number > after
            && (query["service"].Count == 0 || c.Service == query["service"])
            && (query["operation"].Count == 0 || c.Operation == query["operation"]));
        return context.Response.WriteAsJsonAsync(calls, context.RequestAborted);
    }

    private Task Stats(HttpContext context)
    {
        var byOperation = new JsonObject();
        foreach (var (name, count) in world.Calls.ByOperation) byOperation[name] = count;
        return WriteAsync(context, new JsonObject { ["calls"] = world.Calls.Total, ["throttled"] = world.Calls.Throttled, ["byOperation"] = byOperation });
    }

    private void FollowScript(JsonObject script)
    {
        foreach (var (name, value) in script)
        {
            if (ScriptReader.Read(world, name, value)) continue;
            if (services.FirstOrDefault(s => s.SigningName == name) is not IScriptedService service || value is not JsonObject own)
                throw new FormatException($"A script has no member '{name}'.");
            service.Follow(own);
        }
    }

    private void Seed(JsonObject state)
    {
        var account = (string?)state["account"] ?? world.Options.Account;
        var region = (string?)state["region"] ?? world.Options.Region;
        // The services of ECS run images and write to log groups: those are there first.
        foreach (var (name, value) in state.OrderBy(member => member.Key == "ecs"))
        {
            if (name is "account" or "region") continue;
            if (services.FirstOrDefault(s => s.SigningName == name) is not ISeededService service || value is not JsonObject own)
                throw new FormatException($"State has no member '{name}'.");
            service.Seed(own, account, region);
        }
    }

    private static async Task TakeAsync(HttpContext context, Action<JsonObject> take)
    {
        try
        {
            var body = context.Request.ContentLength is 0 or null && !context.Request.Headers.ContainsKey("Transfer-Encoding")
                ? []
                : await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject
                    ?? throw new FormatException("The body is not a JSON object.");
            take(body);
            await WriteAsync(context, []);
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException or ArgumentException or NullReferenceException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(context, new JsonObject { ["error"] = wrong.Message });
        }
    }

    private static Task WriteAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
