using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Tests.Cli;
using Towpath.AwsEmulator.Tests.Scene;

namespace Towpath.AwsEmulator.Tests.CloudWatch;

/// <summary>Alarms as Debian's awscli sees them, and the same ones in the JSON protocol.</summary>
public sealed class AlarmCliTests
{
    [Fact]
    public async Task Alarms_are_put_set_described_and_deleted()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Task<AwsCliRun> Alarms(params string[] arguments) => AwsCli.RunAsync(emulator, ["cloudwatch", .. arguments]);

        (await Alarms(
            "put-metric-alarm", "--alarm-name", "errors", "--metric-name", "5xx", "--namespace", "AWS/ApplicationELB", "--statistic", "Sum", "--period", "60",
            "--evaluation-periods", "1", "--threshold", "5", "--comparison-operator", "GreaterThanThreshold", "--dimensions", "Name=LoadBalancer,Value=web")).Succeeded();
        var described = (await Alarms("describe-alarms", "--alarm-names", "errors", "gone")).Json["MetricAlarms"]!;
        Assert.Equal(("INSUFFICIENT_DATA", 5.0), ((string)described[0]!["StateValue"]!, (double)described[0]!["Threshold"]!));
        Assert.Equal("web", (string)described[0]!["Dimensions"]![0]!["Value"]!);
        (await Alarms("set-alarm-state", "--alarm-name", "errors", "--state-value", "ALARM", "--state-reason", "test")).Succeeded();
        (await Alarms("set-alarm-state", "--alarm-name", "gone", "--state-value", "ALARM", "--state-reason", "test")).FailedWith("ResourceNotFound");

        using var http = new SignedHttp(emulator, "monitoring");
        var json = await http.JsonAsync("GraniteServiceVersion20100801.DescribeAlarms", (JsonObject)JsonNode.Parse("""{"AlarmNames":["errors"]}""")!);
        Assert.Equal("ALARM", (string)json["MetricAlarms"]![0]!["StateValue"]!);
        (await Alarms("delete-alarms", "--alarm-names", "errors")).Succeeded();
        Assert.Empty((await Alarms("describe-alarms")).Json["MetricAlarms"]!.AsArray());
    }
}
