using Towpath.Aws.Bootstrap.Policies;

namespace Towpath.Aws.Bootstrap;

/// <summary>Looking at alarms.</summary>
public static class AlarmAccess
{
    /// <summary>Composite alarms are told of only where nothing narrows it (Amazon CloudWatch API Reference, "DescribeAlarms").</summary>
    public static PolicyStatement Statement { get; } = PolicyStatement.Allow(["cloudwatch:DescribeAlarms"], "*");
}
