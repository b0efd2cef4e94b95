using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Control;

/// <summary>What there is, for other processes.</summary>
internal static class StateView
{
    public static JsonObject Of(EmulatorWorld world) => new()
    {
        ["apps"] = Json.Array(world.Apps.All.Select(a => (JsonNode)Of(a))), ["repositories"] = Repositories(world),
        ["oidc"] = new JsonObject { ["issuer"] = world.Oidc.Issuer, ["requestUrl"] = world.Oidc.RequestUrl.ToString() },
    };

    public static JsonObject Of(App app) => new()
    {
        ["id"] = app.Id, ["slug"] = app.Slug, ["clientId"] = app.ClientId, ["clientSecret"] = app.ClientSecret, ["webhookSecret"] = app.WebhookSecret, ["webhookUrl"] = app.WebhookUrl,
        ["key"] = app.Key, ["installations"] = Json.Array(app.Installations.Select(i => (JsonNode)new JsonObject { ["id"] = i.Id, ["account"] = i.Account.Login })),
    };

    public static JsonArray Repositories(EmulatorWorld world) => Json.Array(world.Repositories.All.Select(r =>
    {
        var refs = new JsonObject();
        foreach (var (name, sha) in r.Refs) refs[name] = sha;
        return (JsonNode)new JsonObject
        {
            ["id"] = r.Id, ["fullName"] = r.FullName, ["ownerId"] = r.Owner.Id, ["refs"] = refs,
            ["deployments"] = r.Deployments.Count,
            ["pulls"] = Json.Array(r.Pulls.Select(p => (JsonNode)new JsonObject { ["number"] = p.Number, ["open"] = p.IsOpen, ["head"] = p.HeadSha })),
            ["releases"] = Json.Array(r.Releases.Select(p => (JsonNode)new JsonObject { ["id"] = p.Id, ["tag"] = p.TagName, ["draft"] = p.IsDraft })),
            ["runs"] = Json.Array(r.Runs.Select(run => (JsonNode)new JsonObject { ["id"] = run.Id, ["status"] = run.Status, ["conclusion"] = run.Conclusion })),
        };
    }));
}
