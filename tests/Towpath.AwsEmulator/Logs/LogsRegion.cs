using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Logs;

/// <summary>CloudWatch Logs of one account in one region.</summary>
public sealed class LogsRegion(Region region)
{
    private readonly SortedDictionary<string, LogGroup> _groups = new(StringComparer.Ordinal);

    public IEnumerable<LogGroup> Groups => _groups.Values;

    public LogGroup? Find(string name) => _groups.GetValueOrDefault(name);

    /// <summary>The group of an ARN, with or without the star at its end.</summary>
    public LogGroup? FindByArn(string arn)
    {
        var prefix = region.Arn("logs", "log-group:");
        return arn.StartsWith(prefix, StringComparison.Ordinal) ? Find(arn[prefix.Length..].Split(':')[0]) : null;
    }

    /// <summary>Makes a group; null where there is one of that name.</summary>
    public LogGroup? Create(string name)
    {
        if (_groups.ContainsKey(name)) return null;
        return _groups[name] = new LogGroup(name, region.Arn("logs", $"log-group:{name}"), region.Now);
    }

    public bool Delete(string name) => _groups.Remove(name);

    /// <summary>The stream of a group, made where it is missing; null where the group is missing.</summary>
    public LogStream? Stream(string group, string stream) => Find(group) is { } found ? found.Stream(stream) ?? found.Create(stream, region.Now) : null;
}

/// <summary>A log group.</summary>
public sealed class LogGroup(string name, string arn, DateTimeOffset createdAt)
{
    private readonly SortedDictionary<string, LogStream> _streams = new(StringComparer.Ordinal);

    public string Name { get; } = name;
    public string Arn { get; } = arn;
    public DateTimeOffset CreatedAt { get; } = createdAt;
    public int? RetentionInDays { get; set; }
    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);
    public IEnumerable<LogStream> Streams => _streams.Values;

    public LogStream? Stream(string stream) => _streams.GetValueOrDefault(stream);

    /// <summary>Makes a stream; null where there is one of that name.</summary>
    public LogStream? Create(string stream, DateTimeOffset at) =>
        _streams.ContainsKey(stream) ? null : _streams[stream] = new LogStream(stream, $"{Arn}:log-stream:{stream}", at);
}

/// <summary>A log stream: its lines in order of their time.</summary>
public sealed class LogStream(string name, string arn, DateTimeOffset createdAt)
{
    private readonly List<LogLine> _lines = [];

    public string Name { get; } = name;
    public string Arn { get; } = arn;
    public DateTimeOffset CreatedAt { get; } = createdAt;
    public IReadOnlyList<LogLine> Lines => _lines;

    public void Append(DateTimeOffset at, string message, DateTimeOffset? ingested = null)
    {
        var index = _lines.FindLastIndex(line => line.At <= at) + 1;
        _lines.Insert(index, new LogLine(Ids.Number(), at, ingested ?? at, message));
    }
}

/// <summary>One line of a log.</summary>
public sealed record LogLine(string Id, DateTimeOffset At, DateTimeOffset IngestedAt, string Message);
