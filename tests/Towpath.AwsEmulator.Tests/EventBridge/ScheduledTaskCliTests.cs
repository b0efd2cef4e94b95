using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.EventBridge;

/// <summary>The two kinds of scheduled tasks as Debian's awscli sees them.</summary>
public sealed class ScheduledTaskCliTests
{
    private const string Cluster = "arn:aws:ecs:us-east-1:111111111111:cluster/main";

    [Fact]
    public async Task A_rules_target_is_pointed_to_another_revision()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Task<AwsCliRun> Events(params string[] arguments) => AwsCli.RunAsync(emulator, ["events", .. arguments]);
        static string Target(int revision) => $$$"""[{"Id":"1","Arn":"{{{Cluster}}}","RoleArn":"arn:aws:iam::111111111111:role/x","EcsParameters":{"TaskDefinitionArn":"arn:aws:ecs:us-east-1:111111111111:task-definition/nightly:{{{revision}}}","TaskCount":1}}]""";

        (await Events("put-rule", "--name", "nightly", "--schedule-expression", "cron(0 3 * * ? *)")).Succeeded();
        (await Events("put-targets", "--rule", "nightly", "--targets", Target(1))).Succeeded();
        Assert.Equal(0, (int)(await Events("put-targets", "--rule", "nightly", "--targets", Target(2))).Json["FailedEntryCount"]!);

        var target = Assert.Single((await Events("list-targets-by-rule", "--rule", "nightly")).Json["Targets"]!.AsArray())!;
        Assert.EndsWith("nightly:2", (string)target["EcsParameters"]!["TaskDefinitionArn"]!, StringComparison.Ordinal);
        Assert.Equal("cron(0 3 * * ? *)", (string)(await Events("describe-rule", "--name", "nightly")).Json["ScheduleExpression"]!);
        (await Events("list-targets-by-rule", "--rule", "gone")).FailedWith("ResourceNotFoundException");
    }

    [Fact]
    public async Task A_schedule_is_replaced_as_a_whole()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        Task<AwsCliRun> Scheduler(params string[] arguments) => AwsCli.RunAsync(emulator, ["scheduler", .. arguments]);
        string[] schedule = ["--name", "nightly", "--schedule-expression", "rate(1 day)", "--flexible-time-window", "Mode=OFF", "--target", $$"""{"Arn":"{{Cluster}}","RoleArn":"arn:aws:iam::111111111111:role/x"}"""];

        (await Scheduler(["create-schedule", .. schedule, "--description", "every night"])).Succeeded();
        (await Scheduler(["create-schedule", .. schedule])).FailedWith("ConflictException");
        (await Scheduler(["update-schedule", .. schedule])).Succeeded();

        var kept = (await Scheduler("get-schedule", "--name", "nightly")).Json;
        Assert.Null(kept["Description"]);
        Assert.Equal("arn:aws:scheduler:us-east-1:111111111111:schedule/default/nightly", (string)kept["Arn"]!);
        Assert.Single((await Scheduler("list-schedules", "--name-prefix", "night")).Json["Schedules"]!.AsArray());
    }
}
