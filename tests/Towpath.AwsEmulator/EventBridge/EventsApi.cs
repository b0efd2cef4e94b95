using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.EventBridge;

/// <summary>Rules and targets of scheduled tasks. Nothing is ever started by them. Source: Amazon EventBridge API Reference, version 2015-10-07.</summary>
internal sealed class EventsApi : EstateService
{
    public EventsApi(EmulatorWorld world) : base(world, "events")
    {
        Do("PutRule", PutRule);
        Do("DescribeRule", Describe);
        Do("ListRules", List);
        Do("DeleteRule", Delete);
        Do("EnableRule", (region, input) => Switch(region, input, "ENABLED"));
        Do("DisableRule", (region, input) => Switch(region, input, "DISABLED"));
        Do("PutTargets", PutTargets);
        Do("RemoveTargets", RemoveTargets);
        Do("ListTargetsByRule", ListTargets);
    }

    /// <summary>The roles that targets are started with are passed on. Source: Service Authorization Reference, Amazon EventBridge.</summary>
    public override IEnumerable<NeededPermission> NeedsOf(EmulatorCall call)
    {
        var input = InputOf(call);
        yield return new NeededPermission(
            $"events:{call.Operation}", (input.Text("Rule") ?? input.Text("Name")) is { } rule ? $"arn:aws:events:{call.Caller.Region}:{call.Caller.Account}:rule/{rule}" : null);
        foreach (var role in input.Items("Targets").Select(t => t.Text("RoleArn")).OfType<string>())
            if (call.Operation == "PutTargets") yield return new NeededPermission("iam:PassRole", role) { Fact = ("iam:PassedToService", "events.amazonaws.com") };
    }

    private static JsonObject PutRule(Region region, JsonObject input)
    {
        var name = input.Text("Name")!;
        if (!region.Events.Rules.TryGetValue(name, out var rule)) region.Events.Rules[name] = rule = new EventRule(name);
        rule.State = input.Text("State") ?? "ENABLED";
        rule.Settings = Json.Object(
            ("ScheduleExpression", input["ScheduleExpression"]), ("EventPattern", input["EventPattern"]), ("Description", input["Description"]), ("RoleArn", input["RoleArn"]));
        return Json.Object(("RuleArn", region.Events.RuleArn(name)));
    }

    private static JsonObject Describe(Region region, JsonObject input) => Write(region, Rule(region, input, "Name"));

    private static JsonObject List(Region region, JsonObject input)
    {
        var prefix = input.Text("NamePrefix") ?? "";
        return Json.Object(("Rules", Json.Array(
            region.Events.Rules.Values.Where(rule => rule.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(rule => Write(region, rule)))));
    }

    private static JsonObject Delete(Region region, JsonObject input)
    {
        if (region.Events.Rules.TryGetValue(input.Text("Name") ?? "", out var rule) && rule.Targets.Count > 0)
            throw new AwsFault("ValidationException", "Rule can't be deleted since it has targets.");
        region.Events.Rules.Remove(input.Text("Name") ?? "");
        return [];
    }

    private static JsonObject Switch(Region region, JsonObject input, string state)
    {
        Rule(region, input, "Name").State = state;
        return [];
    }

    private static JsonObject PutTargets(Region region, JsonObject input)
    {
        var rule = Rule(region, input, "Rule");
        foreach (var target in input.Items("Targets")) rule.Targets[target.Text("Id")!] = (JsonObject)target.DeepClone();
        return Json.Object(("FailedEntryCount", 0), ("FailedEntries", new JsonArray()));
    }

    private static JsonObject RemoveTargets(Region region, JsonObject input)
    {
        var rule = Rule(region, input, "Rule");
        foreach (var id in input.Strings("Ids")) rule.Targets.Remove(id);
        return Json.Object(("FailedEntryCount", 0), ("FailedEntries", new JsonArray()));
    }

    private static JsonObject ListTargets(Region region, JsonObject input) =>
        Json.Object(("Targets", Json.Array(Rule(region, input, "Rule").Targets.Values)));

    private static EventRule Rule(Region region, JsonObject input, string member)
    {
        var name = input.Text(member) ?? "";
        return region.Events.Rules.GetValueOrDefault(name)
            ?? throw new AwsFault("ResourceNotFoundException", $"Rule {name} does not exist on EventBus default.");
    }

    private static JsonObject Write(Region region, EventRule rule)
    {
        var written = Json.Object(("Name", rule.Name), ("Arn", region.Events.RuleArn(rule.Name)), ("State", rule.State), ("EventBusName", "default"));
        foreach (var (name, value) in rule.Settings) written[name] = value?.DeepClone();
        return written;
    }
}
