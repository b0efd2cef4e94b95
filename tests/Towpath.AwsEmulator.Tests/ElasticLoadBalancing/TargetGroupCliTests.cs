using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Tests.Cli;

namespace Towpath.AwsEmulator.Tests.ElasticLoadBalancing;

/// <summary>Target groups as Debian's awscli sees them.</summary>
public sealed class TargetGroupCliTests
{
    [Fact]
    public async Task The_tasks_of_a_service_are_the_targets_of_its_group()
    {
        await using var emulator = await Emulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var group = emulator.Estate().Look(estate => estate.In(emulator.Options.Account, emulator.Options.Region).LoadBalancing.Add("web", 8080)).Arn;
        Task<AwsCliRun> Elb(params string[] arguments) => AwsCli.RunAsync(emulator, ["elbv2", .. arguments]);
        (await AwsCli.RunAsync(emulator, "ecs", "create-cluster", "--cluster-name", "main")).Succeeded();
        (await AwsCli.RunAsync(
            emulator, "ecs", "register-task-definition", "--family", "web", "--container-definitions",
            """[{"name":"app","image":"nginx","memory":64,"portMappings":[{"containerPort":8080}]}]""")).Succeeded();
        (await AwsCli.RunAsync(
            emulator, "ecs", "create-service", "--cluster", "main", "--service-name", "web", "--task-definition", "web", "--desired-count", "2",
            "--load-balancers", $"targetGroupArn={group},containerName=app,containerPort=8080")).Succeeded();

        (await Elb("wait", "target-in-service", "--target-group-arn", group)).Succeeded();
        var health = (await Elb("describe-target-health", "--target-group-arn", group)).Json["TargetHealthDescriptions"]!.AsArray();
        Assert.Equal(["healthy", "healthy"], health.Select(target => (string)target!["TargetHealth"]!["State"]!));
        var described = (await Elb("describe-target-groups", "--names", "web")).Json["TargetGroups"]![0]!;
        Assert.Equal(8080, (int)described["Port"]!);
        var listener = (await Elb("describe-listeners", "--load-balancer-arn", (string)described["LoadBalancerArns"]![0]!)).Json["Listeners"]![0]!;
        Assert.Equal(group, (string)listener["DefaultActions"]![0]!["TargetGroupArn"]!);
        Assert.True((bool)(await Elb("describe-rules", "--listener-arn", (string)listener["ListenerArn"]!)).Json["Rules"]![0]!["IsDefault"]!);
        (await Elb("describe-target-groups", "--names", "gone")).FailedWith("TargetGroupNotFound");
    }
}
