using System.Text.Json.Nodes;
using Towpath.Aws.Tests.Bed;
using Towpath.Aws.Tests.Ecs;
using Towpath.Aws.Tests.Lambda;
using Towpath.Aws.Tests.StaticSite;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.AwsEmulator.Estates;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.Bootstrap;

/// <summary>Everything that verify, observe and deploy ask, asked by a workflow under the role that bootstrap made. The emulator enforces the role's policy.</summary>
[Trait("Row", "N15")]
[Trait("Row", "O8")]
public sealed class RoleReachTests
{
    private const string Shop = """
        === apps/shop.yaml
        name: shop
        repository: acme/web-app
        artifact: { kind: container, source: "111111111111.dkr.ecr.us-east-1.amazonaws.com/acme/{slug}" }
        environments:
          dev:
            target:
              kind: ecs
              region: us-east-1
              role: arn:aws:iam::111111111111:role/towpath-deploy-shop
              cluster: main
              service: shop
              scheduled_tasks: [{ rule: nightly }]
              secrets: { DB_PASSWORD: "ssm:/shop/dev/db-password" }
              migration: { command: [bin/migrate], timeout: 1m }
              alarms: [shop-5xx]
              version_parameter: /shop/dev/version
        """;

    [Fact]
    public async Task Service_with_a_rule_a_migration_secrets_a_balancer_and_alarms_is_verified_observed_and_deployed()
    {
        await using var bed = await ShopAsync();
        bed.Aws.Emulator.Estate().Script.Task("main", "shop", TaskScript.Ends(0, "42 migrations applied"));
        bed.BeAWorkflow();

        Assert.Empty(await TroubleAsync(bed, "shop"));
        var two = bed.Push("2", "acme/shop");
        var run = bed.Deployment("shop", two, "sha-2");
        var ended = await run.BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Succeeded, $"{ended.Phase}: {ended.Outcome}\n{string.Join('\n', run.Journal.Lines)}");
        Assert.Contains(run.Journal.Lines, line => line.ToString()!.Contains("42 migrations applied", StringComparison.Ordinal));
        Assert.Equal("shop:2", bed.Aws.Emulator.Estate().Look(estate => (string)estate.In(EstateBed.Account, EstateBed.Region).Events.Rules["nightly"].Targets["1"]["EcsParameters"]!["TaskDefinitionArn"]!).Split('/')[^1]);
        Assert.Empty(await TroubleAsync(bed, "shop"));
    }

    [Fact]
    public async Task Migration_that_hangs_is_stopped_and_a_rollout_that_fails_says_why()
    {
        await using var bed = await ShopAsync();
        bed.BeAWorkflow();
        bed.Aws.Emulator.Estate().Script.Task("main", "shop", TaskScript.NeverEnds("waits for a lock"));
        var hung = await bed.Deployment("shop", bed.Push("2", "acme/shop"), "sha-2").BeginAndRunAsync();

        Assert.Contains("its last line: waits for a lock", hung.Outcome, StringComparison.Ordinal);
        bed.Aws.Emulator.Estate().Script.Task("main", "shop", TaskScript.Ends(0));
        bed.Aws.Emulator.Estate().Script.Rollout("main", "shop", RolloutScript.Crashes(3, "FATAL: no database"));
        var crashed = await bed.Deployment("shop", bed.Push("3", "acme/shop"), "sha-3").BeginAndRunAsync();

        Assert.Contains("FATAL: no database", crashed.Outcome, StringComparison.Ordinal);
        Assert.DoesNotContain(bed.Aws.Emulator.Calls.All, call => call.Error?.Contains("AccessDenied", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Function_and_site_are_verified_and_observed_before_and_after_their_first_deployment()
    {
        await using var bed = await EstateBed.StartAsync();
        await bed.ApplyAsync();
        bed.BeAWorkflow();
        foreach (var (application, kind, zip) in new[] { ("resize", ArtifactKind.Function, LambdaBed.Zip("one")), ("docs", ArtifactKind.StaticSite, SiteBed.Zip(("index.html", "1"))) })
        {
            Assert.Empty(await TroubleAsync(bed, application));
            var ended = await bed.Deployment(application, bed.Build(application, kind, zip, "1111"), "v1").BeginAndRunAsync();
            Assert.Equal((Phase.Succeeded, null), (ended.Phase, ended.Outcome));
            Assert.Empty(await TroubleAsync(bed, application));
        }
    }

    /// <summary>What verify finds wrong or may not look at, and what observe cannot see.</summary>
    private static async Task<IReadOnlyList<string>> TroubleAsync(EstateBed bed, string application)
    {
        var process = bed.Aws.NewProcess();
        var look = bed.Look(application);
        var finding = await bed.Aws.PassAsync(process.GetServices<ITargetInspection>().Single(i => i.Kind == look.Environment.Target.Kind).InspectAsync(look, TestContext.Current.CancellationToken));
        var seen = await bed.Aws.PassAsync(process.GetServices<ITarget>().Single(t => t.Kind == look.Environment.Target.Kind).ObserveAsync(look, TestContext.Current.CancellationToken));
        return
        [
            .. All(finding).Where(f => f.Children.Count == 0 && (f.State == FindingState.Wrong || f.Detail?.Contains("may not be", StringComparison.Ordinal) == true)).Select(f => $"{f.Subject}: {f.Detail}"),
            .. seen is ObserveResult.Seen ? Array.Empty<string>() : [seen.ToString()],
        ];
    }

    private static IEnumerable<Finding> All(Finding finding) => finding.Children.SelectMany(All).Prepend(finding);

    /// <summary>The infrastructure's own service with all that a service can have, and the roles that bootstrap makes once it is there.</summary>
    private static async Task<EstateBed> ShopAsync()
    {
        var bed = await EstateBed.StartAsync(Shop);
        await bed.ApplyAsync();
        var image = bed.Push("1", "acme/shop");
        foreach (var role in (string[])["shop-task", "shop-execution"]) bed.Iam.AddRole($"arn:aws:iam::{EstateBed.Account}:role/{role}");
        foreach (var secret in (string[])["/shop/dev/db-password", "/shop/dev/api-key"]) bed.Ssm.Put(EstateBed.Account, EstateBed.Region, secret, "canary");
        var group = "";
        bed.Aws.Emulator.Estate().Change(estate =>
        {
            var region = estate.In(EstateBed.Account, EstateBed.Region);
            region.Ecs.Create("main");
            region.Logs.Create("/ecs/shop");
            region.Alarms.Set("shop-5xx", "OK", "");
            group = region.LoadBalancing.Add("shop", 8080).Arn;
            region.Events.Rules["nightly"] = new("nightly");
        });
        Task CallAsync(string service, string operation, string input) => EmulatorHttp.JsonAsync(bed.Aws.Emulator, service, operation, (JsonObject)JsonNode.Parse(input)!);
        await CallAsync("ecs", "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition", $$$$"""
            {"family":"shop","networkMode":"awsvpc","cpu":"256","memory":"512","requiresCompatibilities":["FARGATE"],"executionRoleArn":"arn:aws:iam::111111111111:role/shop-execution",
             "taskRoleArn":"arn:aws:iam::111111111111:role/shop-task","containerDefinitions":[{"name":"shop","image":"{{{{image.Reference}}}}","essential":true,
               "portMappings":[{"containerPort":8080}],"secrets":[{"name":"API_KEY","valueFrom":"/shop/dev/api-key"}],
               "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/shop","awslogs-region":"us-east-1","awslogs-stream-prefix":"shop"}}}]}
            """);
        await CallAsync("ecs", "AmazonEC2ContainerServiceV20141113.CreateService", $$$$"""
            {"cluster":"main","serviceName":"shop","taskDefinition":"shop","desiredCount":1,"launchType":"FARGATE","networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"]}},
             "loadBalancers":[{"targetGroupArn":"{{{{group}}}}","containerName":"shop","containerPort":8080}],"deploymentConfiguration":{{{{EcsBed.Breaker(rollback: true)}}}} }
            """);
        await CallAsync("events", "AWSEvents.PutTargets", """
            {"Rule":"nightly","Targets":[{"Id":"1","Arn":"arn:aws:ecs:us-east-1:111111111111:cluster/main","RoleArn":"arn:aws:iam::111111111111:role/events",
             "EcsParameters":{"TaskDefinitionArn":"arn:aws:ecs:us-east-1:111111111111:task-definition/shop:1","TaskCount":1},"Input":"{}"}]}
            """);
        bed.Aws.Time.Advance(TimeSpan.FromSeconds(5));
        bed.Aws.Emulator.Estate().Change(_ => { });
        var report = await bed.ApplyAsync();
        Assert.Equal(["arn:aws:iam::111111111111:role/towpath-deploy-shop"], report.Lines.Where(l => l.Done).Select(l => l.Name));
        return bed;
    }
}
