using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>What a spec and its template of a task definition may reach: nothing outside of their project.</summary>
[Trait("Row", "O6")]
public sealed class ReachTests
{
    private const string Role = "arn:aws:iam::111111111111:role/towpath";

    private static readonly OperatorLimits Projects = OperatorLimits.Nothing with
    {
        Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal)
        {
            ["shop"] = new(["acme/shop"])
            {
                Roles = ["own", "arn:aws:iam::111111111111:role/*"], Parameters = ["/shop/**", "shop-*"], Buckets = ["shop-*"],
                Registries = ["registry.example.com/acme/*", "docker.io/library/nginx"], Secrets = ["shop/**"], LogGroups = ["/ecs/shop*"],
            },
        },
    };

    public static TheoryData<string, string> Foreign => new()
    {
        { """{"taskRoleArn":"arn:aws:iam::111111111111:role/payroll/task"}""", "taskRoleArn: the AWS role 'arn:aws:iam::111111111111:role/payroll/task' is outside of the project" },
        { """{"executionRoleArn":"payroll-task"}""", "executionRoleArn: the AWS role 'payroll-task' is outside" },
        { Container("""{"secrets":[{"name":"A","valueFrom":"arn:aws:secretsmanager:us-east-1:111111111111:secret:payroll/db-AbCdEf"}]}"""), "containerDefinitions[web].secrets[A]: the secret of AWS Secrets Manager 'payroll/db-AbCdEf' is outside" },
        { Container("""{"secrets":[{"name":"A","valueFrom":"/payroll/db"}]}"""), "the SSM parameter '/payroll/db' is outside" },
        { Container("""{"secrets":[{"name":"A","valueFrom":"arn:aws:ssm:us-east-1:222222222222:parameter/shop/db"}]}"""), "belongs to the account 222222222222, and `role` to 111111111111" },
        { Container("""{"secrets":[{"name":"A","valueFrom":"arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop/db-AbCdEf"}]}"""), "is in eu-west-1, and `region` says us-east-1" },
        { Container("""{"secrets":[{"name":"A","valueFrom":"arn:aws:s3:::payroll"}]}"""), "this is the ARN of neither a parameter nor a secret" },
        { Container("""{"environmentFiles":[{"type":"s3","value":"arn:aws:s3:::payroll/web.env"}]}"""), "the bucket 'payroll' is outside" },
        { Container("""{"repositoryCredentials":{"credentialsParameter":"payroll/registry"}}"""), "the secret of AWS Secrets Manager 'payroll/registry' is outside" },
        { Container("""{"logConfiguration":{"logDriver":"splunk","secretOptions":[{"name":"splunk-token","valueFrom":"/payroll/splunk"}]}}"""), "logConfiguration.secretOptions[splunk-token]: the SSM parameter '/payroll/splunk' is outside" },
        { Container("""{"logConfiguration":{"options":{"awslogs-group":"/ecs/payroll"}}}"""), "the log group '/ecs/payroll' is outside of the project 'shop'; ask the operator to add it under `projects.shop.log_groups`" },
        { Container("""{"logConfiguration":{"options":{"awslogs-region":"eu-west-1"}}}"""), "eu-west-1 is not the target's region, us-east-1" },
        { Container("""{"firelensConfiguration":{"type":"fluentbit","options":{"config-file-type":"s3","config-file-value":"arn:aws:s3:::payroll/fluent.conf"}}}"""), "the bucket 'payroll' is outside" },
        { Container("""{"image":"evil/miner"}"""), "the container repository 'docker.io/evil/miner' is outside" },
        { Container("""{"image":"registry.example.com/other/web:1"}"""), "the container repository 'registry.example.com/other/web' is outside" },
        { Container("""{"privileged":true}"""), "containerDefinitions[web].privileged: this is for infrastructure to set" },
        { Container("""{"linuxParameters":{"capabilities":{"add":["SYS_ADMIN"]}}}"""), "linuxParameters: this is for infrastructure to set" },
        { """{"volumes":[{"name":"data","efsVolumeConfiguration":{"fileSystemId":"fs-1"}}]}""", "volumes: this is for infrastructure to set" },
        { """{"volumes":[{"name":"root","host":{"sourcePath":"/"}}]}""", "volumes: this is for infrastructure to set" },
        { """{"networkMode":"host"}""", "networkMode: this is for infrastructure to set" },
        { """{"ContainerDefinitions":[]}""", "ContainerDefinitions: this is for infrastructure to set" },
        { """{"newerThanTowpath":{"arn":"x"}}""", "newerThanTowpath: this is for infrastructure to set" },
    };

    [Theory, MemberData(nameof(Foreign))]
    public async Task Template_that_reaches_out_of_the_project_is_refused_beside_the_spec_before_any_call_and_in_a_bucket_before_any_change(string template, string words)
    {
        Assert.Contains(words, Assert.Single(Check(template)), StringComparison.Ordinal);

        await using var bed = await EcsBed.StartAsync();
        var refused = Assert.IsType<PlanOutcome.Refused>(await PlanFromBucketAsync(bed, template));
        Assert.Equal(RefusalKind.NotAllowed, refused.Kind);
        Assert.Contains(words, refused.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 1), (bed.Revisions, bed.ServiceDeployments));
        Assert.DoesNotContain(bed.Aws.Emulator.Calls.All, call => call.Service == "ecs" && call.Principal.Contains("towpath", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("family")]
    [InlineData("revision")]
    [InlineData("taskDefinitionArn")]
    [InlineData("status")]
    [InlineData("taskDefinition")]
    public void Template_that_says_what_is_registered_is_refused_for_whoever_runs_it(string member)
    {
        var template = new JsonObject { ["cpu"] = "256", [member] = "payroll" }.ToJsonString();
        Assert.Equal(
            [$"`task_definition`: web.json has `{member}`, which says what is registered and not what is to be otherwise; take it out"],
            Check(template, limits: OperatorLimits.Nothing with { Trusted = true }));
    }

    [Fact]
    public void A_member_that_stands_twice_is_refused_as_nobody_knows_which_is_meant() =>
        Assert.Contains("is no JSON", Assert.Single(Check("""{"taskRoleArn":"a","taskRoleArn":"b"}""")), StringComparison.Ordinal);

    [Fact]
    public async Task Template_within_the_project_is_deployed()
    {
        const string Template = """
            {"cpu":"512","taskRoleArn":"arn:aws:iam::111111111111:role/shop-task","networkMode":"awsvpc","volumes":[{"name":"scratch","host":{}}],"ipcMode":null,
             "containerDefinitions":[
              {"name":"web","stopTimeout":30,"privileged":null,"linuxParameters":{"initProcessEnabled":true,"capabilities":{"drop":["ALL"]}},
               "secrets":[{"name":"A","valueFrom":"/shop/a"},{"name":"B","valueFrom":"arn:aws:ssm:us-east-1:111111111111:parameter/shop-b"},
                {"name":"C","valueFrom":"arn:aws:secretsmanager:us-east-1:111111111111:secret:shop/db-AbCdEf:password::"}],
               "environmentFiles":[{"type":"s3","value":"arn:aws:s3:::shop-config/web.env"}],
               "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/shop-web","awslogs-region":"us-east-1","awslogs-stream-prefix":"web"}}},
              {"name":"proxy","image":"nginx:1","essential":false}]}
            """;
        Assert.Empty(Check(Template));
        await using var bed = await EcsBed.StartAsync();
        var outcome = await PlanFromBucketAsync(bed, Template);
        Assert.True(outcome is PlanOutcome.Planned, (outcome as PlanOutcome.Refused)?.Reason);
    }

    [Fact]
    public async Task What_the_running_definition_has_is_infrastructures_and_not_asked_about()
    {
        await using var bed = await EcsBed.StartAsync(containers: """,{"name":"agent","image":"elsewhere.example.com/agent:1","privileged":true,"secrets":[{"name":"KEY","valueFrom":"/agent/key"}]}""");
        bed.Settings["container"] = "web";
        Assert.IsType<PlanOutcome.Planned>(await PlanFromBucketAsync(bed, """{"cpu":"512"}"""));
    }

    [Fact]
    public async Task Template_that_changes_after_the_plan_changes_nothing_of_it()
    {
        await using var bed = await EcsBed.StartAsync();
        Put(bed, """{"memory":"1024"}""");
        var deployment = bed.Deployment();
        await deployment.BeginAsync();
        Put(bed, """{"memory":"2048","taskRoleArn":"arn:aws:iam::222222222222:role/theirs"}""");

        var ended = await deployment.RunAsync();

        Assert.Equal((Phase.Succeeded, null), (ended.Phase, ended.Outcome));
        var registered = bed.Change(region => region.Ecs.Cluster("main").Service("web").Deployments[0].Revision.Definition.Document);
        Assert.Equal(("1024", null), ((string?)registered["memory"], registered["taskRoleArn"]));
    }

    [Theory]
    [InlineData("arn:aws:secretsmanager:us-east-1:111111111111:secret:payroll/db-AbCdEf", "`secrets.PASSWORD`: the secret of AWS Secrets Manager 'payroll/db-AbCdEf' is outside of the project 'shop'; ask the operator to add it under `projects.shop.secrets` of towpath.yaml")]
    [InlineData("arn:aws:secretsmanager:us-east-1:222222222222:secret:shop/db-AbCdEf", "belongs to the account 222222222222, and `role` to 111111111111; name one there")]
    [InlineData("arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop/db-AbCdEf", "is in eu-west-1, and `region` says us-east-1; name one there")]
    [InlineData("arn:aws:ssm:us-east-1:222222222222:parameter/shop/db", "belongs to the account 222222222222")]
    [InlineData("arn:aws:ssm:eu-west-1:111111111111:parameter/shop/db", "is in eu-west-1")]
    [InlineData("arn:aws:ssm:us-east-1:111111111111:parameter/payroll", "the SSM parameter '/payroll' is outside")]
    [InlineData("ssm:/payroll/db", "the SSM parameter '/payroll/db' is outside")]
    public void Secret_outside_of_project_account_or_region_is_refused_before_any_call(string reference, string words)
    {
        Assert.Contains(words, Assert.Single(Check(null, reference)), StringComparison.Ordinal);
        Assert.Empty(Check(null, reference, OperatorLimits.Nothing with { Trusted = true }));
    }

    [Theory]
    [InlineData("arn:aws:secretsmanager:us-east-1:111111111111:secret:shop/db-AbCdEf")]
    [InlineData("arn:aws:secretsmanager:us-east-1:111111111111:secret:shop/db-AbCdEf:password::")]
    [InlineData("arn:aws:ssm:us-east-1:111111111111:parameter/shop/db")]
    [InlineData("arn:aws:ssm:us-east-1:111111111111:parameter/shop-db")]
    [InlineData("ssm:/shop/db")]
    public void Secret_of_the_project_in_the_target_s_own_account_and_region_is_allowed(string reference) => Assert.Empty(Check(null, reference));

    private static string Container(string members)
    {
        var container = (JsonObject)JsonNode.Parse(members)!;
        container["name"] = "web";
        return new JsonObject { ["containerDefinitions"] = new JsonArray(container) }.ToJsonString();
    }

    private static IReadOnlyList<string> Check(string? template, string? secret = null, OperatorLimits? limits = null)
    {
        var settings = new JsonObject { ["region"] = "us-east-1", ["role"] = Role, ["service"] = "web" };
        if (template is not null) settings["task_definition"] = "web.json";
        if (secret is not null) settings["secrets"] = new JsonObject { ["PASSWORD"] = secret };
        var target = new TargetSpec("ecs", settings) { Files = new Dictionary<string, string>(StringComparer.Ordinal) { ["web.json"] = template ?? "" } };
        using var process = new ServiceCollection().AddTowpathAws(new AwsOptions { DataFolder = "." }).BuildServiceProvider();
        return process.GetServices<ITarget>().Single(t => t.Kind == "ecs").Check(new("shop", "dev"), target, (limits ?? Projects).For("acme/shop"));
    }

    private static Task<PlanOutcome> PlanFromBucketAsync(EcsBed bed, string template)
    {
        Put(bed, template);
        bed.Aws.Limits = Projects;
        return new Bed.BedRun(bed.Aws, bed.Request() with { Repository = "acme/shop" }).PlanAsync();
    }

    private static void Put(EcsBed bed, string template)
    {
        var s3 = AwsEmulator.S3.S3State.Of(bed.Aws.Emulator.State);
        if (bed.Settings["task_definition"] is null) s3.AddBucket("shop-config");
        s3.Put("shop-config", "web.json", template);
        bed.Settings["task_definition"] = "s3://shop-config/web.json";
        bed.Settings["role"] = Role;
    }
}
