using System.Text;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Testing;

namespace Towpath.Aws.Tests.Ecs;

public sealed class EcsPlanTests
{
    private const string Ecr = "111111111111.dkr.ecr.us-east-1.amazonaws.com/acme/web";

    [Fact, Trait("Row", "O6")]
    public async Task Bad_input_is_told_all_at_once_with_what_to_do_and_nothing_is_changed()
    {
        var told = new StringBuilder();
        foreach (var (name, prepare) in Bad())
        {
            await using var bed = await EcsBed.StartAsync(containers: """,{"name":"proxy","image":"nginx:1"}""");
            bed.Settings["container"] = "web";
            bed.Settings.Remove("version_parameter");
            var artifacts = prepare(bed);
            var outcome = await bed.Deployment("v2", artifacts).PlanAsync();
            told.Append(outcome is PlanOutcome.Refused refused ? $"== {name}: {refused.Kind}\n{RolloutScenarioTests.Scrub(refused.Reason).Replace("; ", ";\n", StringComparison.Ordinal)}\n\n" : $"== {name}: planned\n\n");
            Assert.Equal((1, 1), (bed.Revisions, bed.ServiceDeployments));
        }

        Snapshot.Matches(told.ToString());
    }

    [Fact, Trait("Row", "O6")]
    public async Task Names_come_from_parameters_and_several_services_and_rules_are_deployed_together()
    {
        await using var bed = await EcsBed.StartAsync();
        await bed.WriteParameterAsync("/shop/dev/cluster", "main");
        await bed.WriteParameterAsync("/shop/dev/service", "web");
        await bed.CallAsync("RegisterTaskDefinition", """{"family":"worker","containerDefinitions":[{"name":"worker","image":"w:1","memory":128}]}""");
        await bed.CallAsync("CreateService", """{"cluster":"main","serviceName":"worker","taskDefinition":"worker","desiredCount":1,"launchType":"EC2"}""");
        bed.Change(region => region.Events.Rules["nightly"] = new("nightly"));
        await Bed.EmulatorHttp.JsonAsync(bed.Aws.Emulator, "events", "AWSEvents.PutTargets", (JsonObject)JsonNode.Parse("""
            {"Rule":"nightly","Targets":[{"Id":"1","Arn":"arn:aws:ecs:us-east-1:111111111111:cluster/main","RoleArn":"arn:aws:iam::111111111111:role/events",
             "EcsParameters":{"TaskDefinitionArn":"arn:aws:ecs:us-east-1:111111111111:task-definition/web:1","TaskCount":1},"Input":"{}"}]}
            """)!);
        bed.Aws.Time.Advance(TimeSpan.FromSeconds(5));
        bed.Settings.Remove("service");
        bed.Settings["cluster"] = "ssm:/shop/dev/cluster";
        bed.Settings["services"] = JsonNode.Parse("""[{"service":"ssm:/shop/dev/service","containers":{"web":"web"}},{"service":"worker"}]""");
        bed.Settings["scheduled_tasks"] = JsonNode.Parse("""[{"rule":"nightly","containers":{"web":"web"}}]""");
        bed.KnownGood = null;

        var ended = await bed.Deployment("v2", EcsBed.Image("v2", "web"), EcsBed.Image("v2", "worker")).BeginAndRunAsync();

        Assert.Equal((Phase.Succeeded, null), (ended.Phase, ended.Outcome));
        Assert.Equal(2, bed.Revisions);
        Assert.Equal(EcsBed.ImageOf("v2"), bed.RunningImage());
        var target = bed.Change(region => region.Events.Rules["nightly"].Targets["1"]);
        Assert.Equal("arn:aws:ecs:us-east-1:111111111111:task-definition/web:2", (string)target["EcsParameters"]!["TaskDefinitionArn"]!);
        Assert.Equal(("{}", 1), ((string)target["Input"]!, (int)target["EcsParameters"]!["TaskCount"]!));
    }

    [Fact, Trait("Row", "C7"), Trait("Row", "P8")]
    public async Task Preview_shows_each_value_that_would_be_another()
    {
        await using var bed = await EcsBed.StartAsync();
        bed.Settings["task_definition"] = "web.json";
        bed.Settings["secrets"] = new JsonObject { ["DB_PASSWORD"] = "ssm:/shop/dev/db-password" };
        bed.Variables["LOG_LEVEL"] = "info";
        var request = bed.Request();
        request = request with { Environment = request.Environment with { Target = request.Environment.Target with { Files = new Dictionary<string, string> { ["web.json"] = """{"memory":"1024","containerDefinitions":[{"name":"web","stopTimeout":30,"command":["serve","--fast"]}]}""" } } } };

        var preview = await bed.Aws.PassAsync(bed.Aws.NewProcess().GetServices<ITargetPreview>().Single(p => p.Kind == "ecs").PreviewAsync(request, TestContext.Current.CancellationToken));

        var previewed = Assert.IsType<PreviewResult.Previewed>(preview);
        Snapshot.Matches(string.Concat(previewed.Differences.Select(d => RolloutScenarioTests.Scrub($"{d.Subject}: {d.Path}: {d.Before ?? "(nothing)"} -> {d.After ?? "(nothing)"}\n"))));
        Assert.Equal(1, bed.Revisions);
    }

    [Fact, Trait("Row", "T16")]
    public async Task Observation_names_what_runs_by_digest_with_its_version()
    {
        await using var bed = await EcsBed.StartAsync();

        var seen = Assert.IsType<ObserveResult.Seen>(await bed.Aws.PassAsync(Target(bed).ObserveAsync(bed.Look(), TestContext.Current.CancellationToken))).Observation;

        Assert.Equal((TargetHealth.Healthy, "v1", "service web: 2 of 2 tasks run, web:1"), (seen.Health, seen.Version, seen.Summary));
        var artifact = Assert.Single(seen.Artifacts);
        Assert.Equal((Artifact.DefaultName, EcsBed.ImageOf("v1"), Digest.Of("v1")), (artifact.Name, artifact.Reference, artifact.Digest));
        Assert.NotNull(seen.Since);
    }

    [Fact]
    public async Task Inspection_tells_of_everything_that_a_deployment_needs()
    {
        await using var bed = await EcsBed.StartAsync(containers: """,{"name":"proxy","image":"111111111111.dkr.ecr.us-east-1.amazonaws.com/gone:1","secrets":[{"name":"KEY","valueFrom":"/shop/gone"}]}""");
        bed.Settings["container"] = "web";
        bed.Settings["alarms"] = new JsonArray("web-5xx", "missing");
        bed.Settings["secrets"] = new JsonObject { ["DB_PASSWORD"] = "ssm:/shop/dev/db-password" };
        bed.Change(region =>
        {
            region.Alarms.Set("web-5xx", "OK", "");
            return 0;
        });
        bed.Aws.Emulator.Script.Deny("logs:DescribeLogGroups");

        var finding = await bed.Aws.PassAsync(bed.Aws.NewProcess().GetServices<ITargetInspection>().Single(i => i.Kind == "ecs").InspectAsync(bed.Look(), TestContext.Current.CancellationToken));

        Snapshot.Matches(Tree(finding, ""));
    }

    [Fact, Trait("Row", "O6")]
    public void What_is_outside_of_the_project_is_refused_before_any_call()
    {
        var settings = (JsonObject)JsonNode.Parse("""
            {"region":"us-east-1","role":"arn:aws:iam::222222222222:role/theirs","cluster":"ssm:/theirs/cluster","service":"web","version_parameter":"/theirs/tag",
             "task_definition":"s3://their-bucket/web.json","secrets":{"A":"ssm:/theirs/a","B":"arn:aws:ssm:us-east-1:222222222222:parameter/theirs/b"}}
            """)!;
        var limits = OperatorLimits.Nothing with { Projects = new Dictionary<string, ProjectLimits> { ["shop"] = new(["acme/shop"]) { Parameters = ["/shop/**"] } } };

        using var process = new ServiceCollection().AddTowpathAws(new AwsOptions { DataFolder = "." }).BuildServiceProvider();
        var problems = process.GetServices<ITarget>().Single(t => t.Kind == "ecs").Check(new("shop", "dev"), new TargetSpec("ecs", settings), limits.For("acme/shop"));

        Assert.Equal(6, problems.Count);
        Assert.All(problems, problem => Assert.Contains("outside of the project 'shop'", problem, StringComparison.Ordinal));
    }

    private static ITarget Target(EcsBed bed) => bed.Aws.NewProcess().GetServices<ITarget>().Single(t => t.Kind == "ecs");

    private static string Tree(Finding finding, string indent) =>
        $"{indent}{finding.State}: {RolloutScenarioTests.Scrub(finding.Subject)}{(finding.Detail is null ? "" : $": {finding.Detail}")}\n{string.Concat(finding.Children.Select(child => Tree(child, indent + "  ")))}";

    private static IEnumerable<(string Name, Func<EcsBed, IReadOnlyList<Artifact>> Prepare)> Bad()
    {
        yield return ("missing parameters", Set(bed => (bed.Settings["cluster"], bed.Settings["service"]) = ("ssm:/none/cluster", "ssm:/none/service")));
        yield return ("missing parameter and an image that is not there", bed =>
        {
            bed.Settings["cluster"] = "ssm:/none/cluster";
            return [new Artifact(Artifact.DefaultName, ArtifactKind.Container, $"{Ecr}:v2", Digest.Of("v2"))];
        });
        yield return ("wrong region", Set(bed => bed.Settings["region"] = "eu-west-1"));
        yield return ("missing cluster", Set(bed => bed.Settings["cluster"] = "none"));
        yield return ("missing service", Set(bed => bed.Settings["service"] = "none"));
        yield return ("unknown container", Set(bed => bed.Settings["container"] = "wbe"));
        yield return ("nothing says which container", Set(bed => bed.Settings.Remove("container")));
        yield return ("unknown container of a migration", Set(bed => bed.Settings["migration"] = new JsonObject { ["command"] = new JsonArray("x"), ["container"] = "db" }));
        yield return ("an artifact that nobody runs", _ => [EcsBed.Image("v2", "web"), EcsBed.Image("v2", "worker")]);
        yield return ("a site", _ => [new Artifact(Artifact.DefaultName, ArtifactKind.StaticSite, "site.zip", Digest.Of("v2"))]);
        yield return ("missing rule", Set(bed => bed.Settings["scheduled_tasks"] = JsonNode.Parse("""[{"rule":"nightly"}]""")));
        yield return ("missing template", Set(bed => bed.Settings["task_definition"] = "web.json"));
        yield return ("denied", Set(bed => bed.Aws.Emulator.Script.Deny("ecs:DescribeServices")));
    }

    private static Func<EcsBed, IReadOnlyList<Artifact>> Set(Action<EcsBed> prepare) => bed =>
    {
        prepare(bed);
        return [];
    };
}
