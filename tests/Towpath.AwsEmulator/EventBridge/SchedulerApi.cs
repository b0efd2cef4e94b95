using System.Text;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Ecr;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.EventBridge;

/// <summary>Schedules of scheduled tasks. Nothing is ever started by them. Source: Amazon EventBridge Scheduler API Reference, version 2021-06-30.</summary>
internal sealed class SchedulerApi(EmulatorWorld world) : IEmulatedService
{
    public string SigningName => "scheduler";

    public WireProtocol Wire => WireProtocol.RestJson;

    public string OperationOf(EmulatorCall call) => (call.Http.Request.Method, NameOf(call)) switch
    {
        ("GET", null) => "ListSchedules",
        ("GET", _) => "GetSchedule",
        ("POST", _) => "CreateSchedule",
        ("PUT", _) => "UpdateSchedule",
        ("DELETE", _) => "DeleteSchedule",
        _ => call.Http.Request.Method,
    };

    public async Task HandleAsync(EmulatorCall call)
    {
        var input = call.Body.IsEmpty ? [] : JsonSyntax.Read(Encoding.UTF8.GetString(call.Body.Span)) ?? throw Invalid("Could not parse request body into json");
        await JsonAnswer.WriteAsync(call, world.Estate().Look(estate => Handle(estate.In(call.Caller.Account, call.Caller.Region), call, input)));
    }

    private JsonObject Handle(Region region, EmulatorCall call, JsonObject input)
    {
        if (call.Operation == "ListSchedules") return List(region, call);
        var key = (input.Text("GroupName") ?? Query(call, "groupName") ?? "default", NameOf(call)!);
        switch (call.Operation)
        {
            case "GetSchedule":
                return Write(region, key, Find(region, key));
            case "CreateSchedule":
                if (region.Events.Schedules.ContainsKey(key)) throw new AwsFault("ConflictException", $"Schedule {key.Item2} already exists.", StatusCodes.Status409Conflict);
                return Put(region, key, input, region.Now);
            case "UpdateSchedule":
                return Put(region, key, input, Find(region, key).CreatedAt);
            case "DeleteSchedule":
                Find(region, key);
                region.Events.Schedules.Remove(key);
                return [];
            default:
                throw Wire.UnknownOperation(call.Operation);
        }
    }

    /// <summary>An update replaces the whole schedule: what it does not say is gone.</summary>
    private static JsonObject Put(Region region, (string, string) key, JsonObject input, DateTimeOffset createdAt)
    {
        if (input.Text("ScheduleExpression") is null || input.Member("Target") is null || input.Member("FlexibleTimeWindow") is null)
            throw Invalid("ScheduleExpression, Target and FlexibleTimeWindow are required.");
        var document = (JsonObject)input.DeepClone();
        document.Remove("ClientToken");
        document["State"] ??= "ENABLED";
        region.Events.Schedules[key] = new Schedule(document, createdAt, region.Now);
        return Json.Object(("ScheduleArn", ArnOf(region, key)));
    }

    private static JsonObject List(Region region, EmulatorCall call)
    {
        var (group, prefix) = (Query(call, "ScheduleGroup"), Query(call, "NamePrefix") ?? "");
        var found = region.Events.Schedules.Where(each =>
            (group is null || each.Key.Group == group) && each.Key.Name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        var (page, next) = Pages.Of(found, Query(call, "NextToken"), int.TryParse(Query(call, "MaxResults"), out var size) ? size : 100);
        return Json.Object(
            ("Schedules", Json.Array(page.Select(each => Json.Object(
                ("Arn", ArnOf(region, each.Key)), ("GroupName", each.Key.Group), ("Name", each.Key.Name), ("State", each.Value.Document["State"]),
                ("CreationDate", Json.Epoch(each.Value.CreatedAt)), ("LastModificationDate", Json.Epoch(each.Value.ModifiedAt)),
                ("Target", Json.Object(("Arn", each.Value.Document.Member("Target")?["Arn"]))))))),
            ("NextToken", next));
    }

    private static JsonObject Write(Region region, (string Group, string Name) key, Schedule schedule)
    {
        var written = (JsonObject)schedule.Document.DeepClone();
        (written["Arn"], written["GroupName"], written["Name"]) = (ArnOf(region, key), key.Group, key.Name);
        written["CreationDate"] = Json.Epoch(schedule.CreatedAt);
        written["LastModificationDate"] = Json.Epoch(schedule.ModifiedAt);
        return written;
    }

    private static Schedule Find(Region region, (string Group, string Name) key) => region.Events.Schedules.GetValueOrDefault(key)
        ?? throw new AwsFault("ResourceNotFoundException", $"Schedule {key.Name} does not exist.", StatusCodes.Status404NotFound);

    private static string ArnOf(Region region, (string Group, string Name) key) => region.Arn("scheduler", $"schedule/{key.Group}/{key.Name}");

    private static string? Query(EmulatorCall call, string name) => call.Http.Request.Query[name] is [var value, ..] ? value : null;

    private static string? NameOf(EmulatorCall call) =>
        call.Http.Request.Path.Value!.Trim('/').Split('/') is ["schedules", var name] ? Uri.UnescapeDataString(name) : null;

    private static AwsFault Invalid(string message) => new("ValidationException", message);
}
