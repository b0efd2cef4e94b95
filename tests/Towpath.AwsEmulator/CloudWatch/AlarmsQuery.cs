using System.Text.Json.Nodes;
using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.CloudWatch;

/// <summary>Alarms in the query protocol.</summary>
internal sealed class AlarmsQuery : QueryService
{
    private static readonly string[] Lists = ["OKActions", "AlarmActions", "InsufficientDataActions"];

    private static readonly string[] Settable =
    [
        "AlarmDescription", "ActionsEnabled", "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Unit", "EvaluationPeriods",
        "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData",
    ];

    public AlarmsQuery(EmulatorWorld world) : base("monitoring", "http://monitoring.amazonaws.com/doc/2010-08-01/")
    {
        void Do(string operation, Func<Region, QueryInput, XElement?> handle) => On(operation, (input, caller) =>
            world.Estate().Look(estate => handle(estate.In(caller.Account, caller.Region), input)));
        Do("DescribeAlarms", Describe);
        Do("PutMetricAlarm", Put);
        Do("SetAlarmState", Set);
        Do("DeleteAlarms", Delete);
    }

    private static XElement Describe(Region region, QueryInput input)
    {
        var (page, next) = Pages.Of(
            AlarmsAsked.Of(region, input.List("AlarmNames"), input.Get("AlarmNamePrefix"), input.Get("StateValue")),
            input.Get("NextToken"), int.TryParse(input.Get("MaxRecords"), out var size) ? size : 50);
        return Result(
            new XElement("MetricAlarms", page.Select(alarm => Write(alarm))), new XElement("CompositeAlarms"),
            next is null ? null : new XElement("NextToken", next));
    }

    private static XElement? Put(Region region, QueryInput input)
    {
        var settings = new JsonObject();
        foreach (var name in Settable)
            if (input.Get(name) is { } value) settings[name] = value;
        foreach (var name in Lists) settings[name] = Json.Texts(input.List(name));
        settings["Dimensions"] = Json.Array(input.Items("Dimensions").Select(each => Json.Object(("Name", each.Get("Name")), ("Value", each.Get("Value")))));
        region.Alarms.Put(input.Required("AlarmName"), settings);
        return null;
    }

    private static XElement? Set(Region region, QueryInput input)
    {
        AlarmsAsked.Set(region, input.Required("AlarmName"), input.Required("StateValue"), input.Required("StateReason"));
        return null;
    }

    private static XElement? Delete(Region region, QueryInput input)
    {
        foreach (var name in input.List("AlarmNames")) region.Alarms.Delete(name);
        return null;
    }

    private static XElement Write(Alarm alarm)
    {
        var written = new XElement("member",
            new XElement("AlarmName", alarm.Name),
            new XElement("AlarmArn", alarm.Arn),
            new XElement("AlarmConfigurationUpdatedTimestamp", XmlAnswer.Instant(alarm.ConfiguredAt)),
            new XElement("StateValue", alarm.State),
            new XElement("StateReason", alarm.StateReason),
            new XElement("StateUpdatedTimestamp", XmlAnswer.Instant(alarm.StateUpdatedAt)),
            new XElement("StateTransitionedTimestamp", XmlAnswer.Instant(alarm.StateUpdatedAt)));
        foreach (var name in Settable)
            if (alarm.Settings[name] is { } value) written.Add(new XElement(name, value.ToString()));
        foreach (var name in Lists) written.Add(new XElement(name, alarm.Settings.Strings(name).Select(each => new XElement("member", each))));
        written.Add(new XElement("Dimensions", alarm.Settings.Items("Dimensions").Select(each =>
            new XElement("member", new XElement("Name", each.Text("Name")), new XElement("Value", each.Text("Value"))))));
        return written;
    }
}

/// <summary>What both protocols mean by the same request.</summary>
internal static class AlarmsAsked
{
    private static readonly string[] States = ["OK", "ALARM", "INSUFFICIENT_DATA"];

    public static IReadOnlyList<Alarm> Of(Region region, IReadOnlyList<string> names, string? prefix, string? state) =>
    [
        .. region.Alarms.All.Where(alarm => (names.Count == 0 || names.Contains(alarm.Name))
            && alarm.Name.StartsWith(prefix ?? "", StringComparison.Ordinal) && (state is null || alarm.State == state)),
    ];

    public static void Set(Region region, string name, string state, string reason)
    {
        if (region.Alarms.Find(name) is null) throw new AwsFault("ResourceNotFound", "The named resource does not exist.", StatusCodes.Status404NotFound);
        if (!States.Contains(state)) throw new AwsFault("ValidationError", $"Value '{state}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]");
        region.Alarms.Set(name, state, reason);
    }
}
