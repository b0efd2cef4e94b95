using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.TaskDefinitions;

/// <summary>Calls about task definitions.</summary>
internal static class TaskDefinitionCalls
{
    public static JsonObject Register(EcsCall call)
    {
        var made = call.Ecs.TaskDefinitions.Register(call.Input, call.Caller.Arn);
        return Json.Object(("taskDefinition", made.Document), ("tags", call.Input["tags"] is null ? null : made.Tags.Written));
    }

    public static JsonObject Describe(EcsCall call)
    {
        var found = call.Ecs.TaskDefinitions.Find(call.Required("taskDefinition")) ?? throw EcsFaults.Client("Unable to describe task definition.");
        return Json.Object(
            ("taskDefinition", found.Document), ("tags", call.Input.Strings("include").Contains("TAGS") ? found.Tags.Written : new JsonArray()));
    }

    public static JsonObject Deregister(EcsCall call)
    {
        var reference = call.Required("taskDefinition");
        if (!reference.Contains(':', StringComparison.Ordinal)) throw EcsFaults.Invalid("Missing revision for task definition.");
        var found = call.Ecs.TaskDefinitions.Find(reference) ?? throw EcsFaults.Client("The specified task definition does not exist. Specify a valid account, family, revision and try again.");
        found.Deregister(call.Ecs.Region.Now);
        return Json.Object(("taskDefinition", found.Document));
    }

    public static JsonObject List(EcsCall call)
    {
        var family = call.Input.Text("familyPrefix");
        var active = (call.Input.Text("status") ?? "ACTIVE") == "ACTIVE";
        var arns = call.Ecs.TaskDefinitions.Families.Where(each => family is null || each.Key == family)
            .SelectMany(each => each.Value).Where(each => each.Active == active).Select(each => each.Arn).ToList();
        if (call.Input.Text("sort") == "DESC") arns.Reverse();
        var (page, next) = Pages.Of(arns, call.Input, 100);
        return Json.Object(("taskDefinitionArns", Json.Texts(page)), ("nextToken", next));
    }

    public static JsonObject ListFamilies(EcsCall call)
    {
        var prefix = call.Input.Text("familyPrefix") ?? "";
        var status = call.Input.Text("status") ?? "ALL";
        var names = call.Ecs.TaskDefinitions.Families
            .Where(each => each.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Where(each => status == "ALL" || each.Value.Any(revision => revision.Active) == (status == "ACTIVE"))
            .Select(each => each.Key).ToList();
        var (page, next) = Pages.Of(names, call.Input, 100);
        return Json.Object(("families", Json.Texts(page)), ("nextToken", next));
    }
}
