using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Logs;

/// <summary>Calls about the lines of logs.</summary>
internal static class LogLines
{
    private const int MostLines = 10_000;

    public static JsonObject Put(Region region, JsonObject input)
    {
        var stream = Stream(region, input);
        var times = input.Items("logEvents").Select(At).ToList();
        if (times.Zip(times.Skip(1)).Any(pair => pair.Second < pair.First))
            throw new AwsFault("InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.");
        foreach (var line in input.Items("logEvents")) stream.Append(At(line), line.Text("message") ?? "", region.Now);
        return Json.Object(("nextSequenceToken", "0"));
    }

    public static JsonObject Get(Region region, JsonObject input)
    {
        var lines = Stream(region, input).Lines;
        var (from, to) = Window(lines, input);
        return Json.Object(
            ("events", Json.Array(lines.Skip(from).Take(to - from).Select(line => Json.Object(
                ("timestamp", LogsApi.Milliseconds(line.At)), ("message", line.Message), ("ingestionTime", LogsApi.Milliseconds(line.IngestedAt)))))),
            ("nextForwardToken", $"f/{to:D20}"),
            ("nextBackwardToken", $"b/{from:D20}"));
    }

    public static JsonObject Filter(Region region, JsonObject input)
    {
        var names = input.Strings("logStreamNames");
        var prefix = input.Text("logStreamNamePrefix") ?? "";
        var pattern = new FilterPattern(input.Text("filterPattern") ?? "");
        var streams = LogsApi.Group(region, input).Streams
            .Where(stream => names.Count == 0 ? stream.Name.StartsWith(prefix, StringComparison.Ordinal) : names.Contains(stream.Name));
        var found = streams.SelectMany(stream => Within(stream.Lines, input).Where(line => pattern.Matches(line.Message)).Select(line => (stream.Name, Line: line)))
            .OrderBy(each => each.Line.At).ToList();
        var (page, next) = Pages.Of(found, input, MostLines, "limit");
        return Json.Object(
            ("events", Json.Array(page.Select(each => Json.Object(
                ("logStreamName", each.Name), ("timestamp", LogsApi.Milliseconds(each.Line.At)), ("message", each.Line.Message),
                ("ingestionTime", LogsApi.Milliseconds(each.Line.IngestedAt)), ("eventId", each.Line.Id))))),
            ("searchedLogStreams", new JsonArray()),
            ("nextToken", next));
    }

    /// <summary>From where to where a page goes. At an end the token stays the same, by which callers know it.</summary>
    private static (int From, int To) Window(IReadOnlyList<LogLine> lines, JsonObject input)
    {
        var limit = input.Number("limit") ?? MostLines;
        var first = Time(input, "startTime") is { } start ? lines.Count(line => line.At < start) : 0;
        var end = Math.Max(first, Time(input, "endTime") is { } before ? lines.Count(line => line.At < before) : lines.Count);
        if (input.Text("nextToken") is { Length: > 2 } token && int.TryParse(token.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            position = Math.Clamp(position, first, end);
            return token[0] == 'f' ? (position, Math.Min(end, position + limit)) : (Math.Max(first, position - limit), position);
        }
        return input.Flag("startFromHead") ? (first, Math.Min(end, first + limit)) : (Math.Max(first, end - limit), end);
    }

    private static List<LogLine> Within(IReadOnlyList<LogLine> lines, JsonObject input)
    {
        var start = Time(input, "startTime");
        var end = Time(input, "endTime");
        return [.. lines.Where(line => (start is null || line.At >= start) && (end is null || line.At < end))];
    }

    private static LogStream Stream(Region region, JsonObject input) =>
        LogsApi.Group(region, input).Stream(input.Text("logStreamName") ?? "")
        ?? throw new AwsFault("ResourceNotFoundException", "The specified log stream does not exist.");

    private static DateTimeOffset At(JsonObject line) => Time(line, "timestamp") ?? DateTimeOffset.UnixEpoch;

    private static DateTimeOffset? Time(JsonObject from, string name) =>
        from[name] is JsonValue value ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)) : null;
}
