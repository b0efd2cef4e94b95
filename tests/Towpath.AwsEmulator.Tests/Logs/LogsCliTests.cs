using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.Logs;

/// <summary>CloudWatch Logs as Debian's awscli sees it.</summary>
public sealed class LogsCliTests
{
    [Fact]
    public async Task Lines_are_written_read_from_both_ends_and_filtered()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Task<AwsCliRun> Logs(params string[] arguments) => AwsCli.RunAsync(emulator, ["logs", .. arguments]);
        string[] stream = ["--log-group-name", "/ecs/web", "--log-stream-name", "app/1"];

        (await Logs("create-log-group", "--log-group-name", "/ecs/web", "--tags", "team=core")).Succeeded();
        (await Logs("create-log-group", "--log-group-name", "/ecs/web")).FailedWith("ResourceAlreadyExistsException");
        (await Logs(["create-log-stream", .. stream])).Succeeded();
        (await Logs(["put-log-events", .. stream, "--log-events", "timestamp=1000,message=one", "timestamp=2000,message=two ERROR", "timestamp=3000,message=three"])).Succeeded();

        var tail = (await Logs(["get-log-events", .. stream, "--limit", "2"])).Json;
        Assert.Equal(["two ERROR", "three"], tail["events"]!.AsArray().Select(line => (string)line!["message"]!));
        var before = (await Logs(["get-log-events", .. stream, "--limit", "2", "--next-token", (string)tail["nextBackwardToken"]!])).Json;
        Assert.Equal("one", (string)Assert.Single(before["events"]!.AsArray())!["message"]!);
        var head = (await Logs(["get-log-events", .. stream, "--start-from-head", "--start-time", "1500"])).Json;
        Assert.Equal("two ERROR", (string)head["events"]![0]!["message"]!);
        var again = (await Logs(["get-log-events", .. stream, "--next-token", (string)head["nextForwardToken"]!])).Json;
        Assert.Equal((string)head["nextForwardToken"]!, (string)again["nextForwardToken"]!);

        Assert.Single((await Logs("filter-log-events", "--log-group-name", "/ecs/web", "--filter-pattern", "ERROR -three")).Json["events"]!.AsArray());
        Assert.Equal("/ecs/web", (string)(await Logs("describe-log-groups", "--log-group-name-prefix", "/ecs")).Json["logGroups"]![0]!["logGroupName"]!);
        Assert.Equal(3000, (int)(await Logs("describe-log-streams", "--log-group-name", "/ecs/web", "--order-by", "LastEventTime", "--descending")).Json["logStreams"]![0]!["lastEventTimestamp"]!);
        (await Logs("tag-resource", "--resource-arn", "arn:aws:logs:us-east-1:111111111111:log-group:/ecs/web", "--tags", "a=b")).Succeeded();
        (await Logs("get-log-events", "--log-group-name", "gone", "--log-stream-name", "x")).FailedWith("ResourceNotFoundException");
    }
}
