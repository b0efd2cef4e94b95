using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Logs;

/// <summary>Amazon CloudWatch Logs. Source: Amazon CloudWatch Logs API Reference, version 2014-03-28.</summary>
internal sealed class LogsApi : EstateService, ISeededService
{
    private readonly EmulatorWorld _world;

    public LogsApi(EmulatorWorld world) : base(world, "logs")
    {
        _world = world;
        Do("CreateLogGroup", CreateGroup);
        Do("DeleteLogGroup", DeleteGroup);
        Do("DescribeLogGroups", DescribeGroups);
        Do("PutRetentionPolicy", PutRetention);
        Do("TagResource", Tag);
        Do("ListTagsForResource", ListTags);
        Do("CreateLogStream", CreateStream);
        Do("DescribeLogStreams", DescribeStreams);
        Do("PutLogEvents", LogLines.Put);
        Do("GetLogEvents", LogLines.Get);
        Do("FilterLogEvents", LogLines.Filter);
    }

    /// <summary>A listing acts on no group by name. Source: Service Authorization Reference, Amazon CloudWatch Logs.</summary>
    public override IEnumerable<NeededPermission> NeedsOf(EmulatorCall call)
    {
        var input = InputOf(call);
        var name = call.Operation == "DescribeLogGroups" ? "" : input.Text("logGroupName") ?? "*";
        return [new($"logs:{call.Operation}", $"arn:aws:logs:{call.Caller.Region}:{call.Caller.Account}:log-group:{name}:log-stream:{input.Text("logStreamName")}")];
    }

    /// <summary><c>{ "groups": ["/ecs/web"] }</c></summary>
    public void Seed(JsonObject state, string account, string region) => _world.Estate().Change(estate =>
    {
        foreach (var name in state.Strings("groups")) estate.In(account, region).Logs.Create(name);
    });

    /// <summary>The group that a call names, by name or ARN.</summary>
    internal static LogGroup Group(Region region, JsonObject input)
    {
        var name = input.Text("logGroupName") ?? input.Text("logGroupIdentifier")
            ?? throw new AwsFault("InvalidParameterException", "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null");
        var found = name.StartsWith("arn:", StringComparison.Ordinal) ? region.Logs.FindByArn(name) : region.Logs.Find(name);
        return found ?? throw new AwsFault("ResourceNotFoundException", "The specified log group does not exist.");
    }

    internal static JsonNode Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    private static JsonObject CreateGroup(Region region, JsonObject input)
    {
        var made = region.Logs.Create(input.Text("logGroupName")!) ?? throw new AwsFault("ResourceAlreadyExistsException", "The specified log group already exists");
        foreach (var (name, value) in input.Member("tags") ?? []) made.Tags[name] = value!.GetValue<string>();
        return [];
    }

    private static JsonObject DeleteGroup(Region region, JsonObject input)
    {
        region.Logs.Delete(Group(region, input).Name);
        return [];
    }

    private static JsonObject PutRetention(Region region, JsonObject input)
    {
        Group(region, input).RetentionInDays = input.Number("retentionInDays");
        return [];
    }

    private static JsonObject DescribeGroups(Region region, JsonObject input)
    {
        var prefix = input.Text("logGroupNamePrefix") ?? "";
        var pattern = input.Text("logGroupNamePattern") ?? "";
        var groups = region.Logs.Groups.Where(group =>
            group.Name.StartsWith(prefix, StringComparison.Ordinal) && group.Name.Contains(pattern, StringComparison.OrdinalIgnoreCase)).ToList();
        var (page, next) = Pages.Of(groups, input, 50, "limit");
        return Json.Object(("logGroups", Json.Array(page.Select(Write))), ("nextToken", next));
    }

    private static JsonObject Write(LogGroup group) => Json.Object(
        ("logGroupName", group.Name),
        ("creationTime", Milliseconds(group.CreatedAt)),
        ("retentionInDays", group.RetentionInDays),
        ("metricFilterCount", 0),
        ("arn", group.Arn + ":*"),
        ("logGroupArn", group.Arn),
        ("storedBytes", 0),
        ("logGroupClass", "STANDARD"));

    private static JsonObject Tag(Region region, JsonObject input)
    {
        var tags = Tags(region, input);
        foreach (var (name, value) in input.Member("tags") ?? []) tags[name] = value!.GetValue<string>();
        return [];
    }

    private static JsonObject ListTags(Region region, JsonObject input) =>
        Json.Object(("tags", Json.Object([.. Tags(region, input).Select(tag => (tag.Key, (JsonNode?)tag.Value))])));

    private static Dictionary<string, string> Tags(Region region, JsonObject input) =>
        (region.Logs.FindByArn(input.Text("resourceArn") ?? "") ?? throw new AwsFault("ResourceNotFoundException", "The specified resource does not exist.")).Tags;

    private static JsonObject CreateStream(Region region, JsonObject input)
    {
        _ = Group(region, input).Create(input.Text("logStreamName")!, region.Now)
            ?? throw new AwsFault("ResourceAlreadyExistsException", "The specified log stream already exists");
        return [];
    }

    private static JsonObject DescribeStreams(Region region, JsonObject input)
    {
        var prefix = input.Text("logStreamNamePrefix") ?? "";
        var streams = Group(region, input).Streams.Where(stream => stream.Name.StartsWith(prefix, StringComparison.Ordinal));
        if (input.Text("orderBy") == "LastEventTime") streams = streams.OrderBy(stream => stream.Lines is [.., var last] ? last.At : stream.CreatedAt);
        if (input.Flag("descending")) streams = streams.Reverse();
        var (page, next) = Pages.Of([.. streams], input, 50, "limit");
        return Json.Object(("logStreams", Json.Array(page.Select(Write))), ("nextToken", next));
    }

    private static JsonObject Write(LogStream stream) => Json.Object(
        ("logStreamName", stream.Name),
        ("creationTime", Milliseconds(stream.CreatedAt)),
        ("firstEventTimestamp", stream.Lines is [var first, ..] ? Milliseconds(first.At) : null),
        ("lastEventTimestamp", stream.Lines is [.., var last] ? Milliseconds(last.At) : null),
        ("lastIngestionTime", stream.Lines is [.., var newest] ? Milliseconds(newest.IngestedAt) : null),
        ("uploadSequenceToken", "0"),
        ("arn", stream.Arn),
        ("storedBytes", 0));
}
