using Towpath.Aws.Calling;

namespace Towpath.Aws.CloudWatch;

/// <summary>States of alarms (Amazon CloudWatch API Reference).</summary>
public sealed class AlarmClient(AwsCaller caller)
{
    /// <summary>DescribeAlarms takes a hundred names at most.</summary>
    private const int MostNames = 100;

    private static readonly AwsQuery.QueryOperation DescribeAlarms = new(AwsService.CloudWatch, "2010-08-01", "DescribeAlarms");

    /// <summary>Those alarms that exist, metric and composite ones, by name.</summary>
    public async Task<IReadOnlyDictionary<string, Alarm>> DescribeAsync(AwsScope scope, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Alarm>(StringComparer.Ordinal);
        foreach (var some in names.Distinct(StringComparer.Ordinal).Chunk(MostNames))
        {
            var answer = await caller.CallAsync(
                scope, DescribeAlarms, [.. AwsQuery.List("AlarmNames", some), .. AwsQuery.List("AlarmTypes", ["MetricAlarm", "CompositeAlarm"])], cancellationToken);
            foreach (var alarm in answer.Members("MetricAlarms").Concat(answer.Members("CompositeAlarms")))
                found[alarm.Text("AlarmName")] = new Alarm(alarm.Text("AlarmName"), alarm.Text("StateValue"), alarm.Text("StateReason"));
        }

        return found;
    }
}

/// <param name="Name">Its name.</param>
/// <param name="State"><c>OK</c>, <c>ALARM</c> or <c>INSUFFICIENT_DATA</c>.</param>
/// <param name="Reason">AWS's words for it.</param>
public sealed record Alarm(string Name, string State, string Reason)
{
    public bool Rings => State == "ALARM";
}
