using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.CloudWatch;

/// <summary>Alarms in the JSON protocol.</summary>
internal sealed class AlarmsJson : EstateService
{
    public AlarmsJson(EmulatorWorld world) : base(world, "monitoring", "1.0")
    {
        Do("DescribeAlarms", Describe);
        Do("PutMetricAlarm", Put);
        Do("SetAlarmState", Set);
        Do("DeleteAlarms", Delete);
    }

    private static JsonObject Describe(Region region, JsonObject input)
    {
        var (page, next) = Pages.Of(
            AlarmsAsked.Of(region, input.Strings("AlarmNames"), input.Text("AlarmNamePrefix"), input.Text("StateValue")),
            input.Text("NextToken"), input.Number("MaxRecords") ?? 50);
        return Json.Object(("MetricAlarms", Json.Array(page.Select(Write))), ("CompositeAlarms", new JsonArray()), ("NextToken", next));
    }

    private static JsonObject Put(Region region, JsonObject input)
    {
        var settings = (JsonObject)input.DeepClone();
        settings.Remove("AlarmName");
        settings.Remove("Tags");
        region.Alarms.Put(input.Text("AlarmName")!, settings);
        return [];
    }

    private static JsonObject Set(Region region, JsonObject input)
    {
        AlarmsAsked.Set(region, input.Text("AlarmName")!, input.Text("StateValue")!, input.Text("StateReason")!);
        return [];
    }

    private static JsonObject Delete(Region region, JsonObject input)
    {
        foreach (var name in input.Strings("AlarmNames")) region.Alarms.Delete(name);
        return [];
    }

    private static JsonObject Write(Alarm alarm)
    {
        var written = Json.Object(
            ("AlarmName", alarm.Name),
            ("AlarmArn", alarm.Arn),
            ("AlarmConfigurationUpdatedTimestamp", Json.Epoch(alarm.ConfiguredAt)),
            ("StateValue", alarm.State),
            ("StateReason", alarm.StateReason),
            ("StateUpdatedTimestamp", Json.Epoch(alarm.StateUpdatedAt)),
            ("StateTransitionedTimestamp", Json.Epoch(alarm.StateUpdatedAt)));
        foreach (var (name, value) in alarm.Settings) written[name] = value?.DeepClone();
        return written;
    }
}
