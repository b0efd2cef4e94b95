using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Environments;

/// <summary>Apps as custom protection rules. Source: GitHub, "REST API endpoints for protection rules".</summary>
internal static class ProtectionRuleCalls
{
    private const string Path = EnvironmentCalls.Path + "/deployment_protection_rules";

    public static void Add(Router routes)
    {
        routes.On($"GET {Path}", Need.ToRead("actions"), call =>
            call.Page("custom_deployment_protection_rules", EnvironmentCalls.Of(call).CustomRules, r => r.View(call.World)));
        routes.On($"POST {Path}", Need.ToWrite("administration"), Create);
        routes.On($"GET {Path}/apps", Need.ToRead("actions"), Available);
        routes.On($"GET {Path}/{{protection_rule_id}}", Need.ToRead("actions"), call => Answer.Ok(Of(call).View(call.World)));
        routes.On($"DELETE {Path}/{{protection_rule_id}}", Need.ToWrite("administration"), Delete);
    }

    private static CustomRule Of(Call call)
    {
        var id = call.Number64("protection_rule_id");
        return EnvironmentCalls.Of(call).CustomRules.Find(r => r.Id == id) ?? throw GitHubFault.NotFound();
    }

    private static IEnumerable<Apps.App> Candidates(Call call) =>
        call.World.Apps.InstallationsOf(call.Repository).Select(i => i.App).Where(a => a.Events.Contains("deployment_protection_rule")).Distinct();

    private static Answer Available(Call call) =>
        call.Page("available_custom_deployment_protection_rule_integrations", [.. Candidates(call)], a => (JsonNode)CustomRule.AppView(call.World, a));

    private static Answer Create(Call call)
    {
        var environment = EnvironmentCalls.Of(call);
        var id = call.Input.Number("integration_id");
        var app = Candidates(call).FirstOrDefault(a => a.Id == id) ?? throw GitHubFault.Refused("The integration is not installed, or is no deployment protection rule.");
        if (environment.CustomRules.Exists(r => r.App == app)) throw GitHubFault.Refused("The rule is already enabled.");
        var rule = new CustomRule(call.World.NextId(), app);
        environment.CustomRules.Add(rule);
        return Answer.Created(rule.View(call.World));
    }

    private static Answer Delete(Call call)
    {
        EnvironmentCalls.Of(call).CustomRules.Remove(Of(call));
        return Answer.NoContent;
    }
}
