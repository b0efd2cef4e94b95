using System.Text.Json.Nodes;

namespace Towpath.GitHubEmulator.Calling;

/// <summary>What GitHub says of itself.</summary>
internal static class MetaCalls
{
    public static void Add(Router routes)
    {
        routes.On("GET /zen", Need.Nothing, _ => new Answer(200) { Text = "Keep it logically awesome.", ContentType = "text/plain; charset=utf-8" });
        routes.On("GET /rate_limit", Need.SignedIn, RateLimit);
    }

    private static Answer RateLimit(Call call)
    {
        var (limit, used, reset) = call.World.Limits.Figures(call.Caller);
        JsonObject View() => new() { ["limit"] = limit, ["used"] = used, ["remaining"] = Math.Max(0, limit - used), ["reset"] = reset };
        return Answer.Ok(new JsonObject { ["resources"] = new JsonObject { ["core"] = View(), ["search"] = View() }, ["rate"] = View() });
    }
}
