using System.Text.Json.Nodes;
using Towpath.Aws.Tests.Bed;
using Towpath.AwsEmulator;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Estates;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>A cluster "main" whose service "web" runs revision 1 with two tasks, and an application that deploys to it.</summary>
internal sealed class EcsBed : IAsyncDisposable
{
    public const string VersionParameter = "/shop/dev/image-tag";

    public const string Repository = "registry.example.com/acme/web";

    private EcsBed(AwsBed aws) => Aws = aws;

    public AwsBed Aws { get; }

    public EcsScript Script => Aws.Emulator.Estate().Script;

    /// <summary>The target's settings; a test changes them before it deploys.</summary>
    public JsonObject Settings { get; } = new() { ["region"] = "us-east-1", ["cluster"] = "main", ["service"] = "web", ["version_parameter"] = VersionParameter };

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>What last succeeded; null for nothing.</summary>
    public string? KnownGood { get; set; } = "v1";

    public static async Task<EcsBed> StartAsync(string? deploymentConfiguration = null, string containers = "", EmulatorOptions? options = null)
    {
        var bed = new EcsBed(await AwsBed.StartAsync(options));
        bed.Change(region =>
        {
            var ecs = region.Ecs;
            var cluster = ecs.Create("main");
            region.Logs.Create("/ecs/web");
            ecs.TaskDefinitions.Register(Parse($$$$"""
                {"family":"web","networkMode":"awsvpc","cpu":"256","memory":"512","requiresCompatibilities":["FARGATE"],"containerDefinitions":[
                  {"name":"web","image":"{{{{ImageOf("v1")}}}}","essential":true,"entryPoint":[],"environment":[{"name":"MODE","value":"live"}],"mountPoints":[],
                   "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/ecs/web","awslogs-region":"us-east-1","awslogs-stream-prefix":"web"}}}{{{{containers}}}}]}
                """), "arn:aws:iam::111111111111:user/terraform").Tags.Add([Parse("""{"key":"team","value":"portal"}""")]);
            return cluster;
        });
        await bed.CallAsync("CreateService", $$$"""
            {"cluster":"main","serviceName":"web","taskDefinition":"web","desiredCount":2,"launchType":"FARGATE",
             "networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"],"securityGroups":["sg-1"],"assignPublicIp":"DISABLED"}},
             "deploymentConfiguration":{{{deploymentConfiguration ?? Breaker(rollback: true)}}}}
            """);
        await bed.WriteParameterAsync(VersionParameter, "v1");
        bed.Aws.Time.Advance(TimeSpan.FromSeconds(5));
        bed.Change(_ => 0);
        return bed;
    }

    public static string Breaker(bool rollback) => $$$"""{"deploymentCircuitBreaker":{"enable":true,"rollback":{{{(rollback ? "true" : "false")}}}}}""";

    public static Artifact Image(string version, string name = Artifact.DefaultName) =>
        new(name, ArtifactKind.Container, ImageOf(version), Digest.Of(version));

    public static string ImageOf(string version) => $"{Repository}@{Digest.Of(version)}";

    public T Change<T>(Func<Region, T> change) => Aws.Emulator.Estate().Look(estate => change(estate.In("111111111111", "us-east-1")));

    public EcsService Service => Change(region => region.Ecs.Cluster("main").Service("web"));

    /// <summary>The image that the service's PRIMARY runs in a container.</summary>
    public string RunningImage(string container = "web") => Change(region => (string)region.Ecs.Cluster("main").Service("web").Deployments[0].Revision.Definition.Document["containerDefinitions"]!.AsArray()
        .First(c => (string)c!["name"]! == container)!["image"]!);

    /// <summary>Revisions of the family, such as <c>web:2</c>.</summary>
    public int Revisions => Change(region => region.Ecs.TaskDefinitions.Families.Single(f => f.Key == "web").Value.Count);

    /// <summary>How many service deployments were ever made.</summary>
    public int ServiceDeployments => Change(region => region.Ecs.Cluster("main").Service("web").History.Count);

    /// <summary>One-off tasks that were started, with the commands they were told to run.</summary>
    public IReadOnlyList<string> OneOffTasks => Change(region => (IReadOnlyList<string>)[.. region.Ecs.Cluster("main").Tasks.All.Where(t => t.StartedBy == "towpath")
        .Select(t => string.Join(' ', t.Overrides!["containerOverrides"]![0]!["command"]!.AsArray().Select(c => (string)c!)))]);

    public Task WriteParameterAsync(string name, string value) => EmulatorHttp.JsonAsync(
        Aws.Emulator, "ssm", "AmazonSSM.PutParameter", new JsonObject { ["Name"] = name, ["Value"] = value, ["Type"] = "String", ["Overwrite"] = true });

    /// <summary>The values that a parameter had, oldest first.</summary>
    public async Task<string> ParameterAsync(string name = VersionParameter) => string.Join(' ', (await EmulatorHttp.JsonAsync(
        Aws.Emulator, "ssm", "AmazonSSM.GetParameterHistory", new JsonObject { ["Name"] = name }))["Parameters"]!.AsArray().Select(p => (string)p!["Value"]!));

    public PlanRequest Request(string version = "v2", params IReadOnlyList<Artifact> artifacts) => new(
        new EnvironmentKey("shop", "dev"),
        new EnvironmentSpec { Name = "dev", Target = new TargetSpec("ecs", Settings), Variables = Variables },
        version, "2222222222222222222222222222222222222222", artifacts.Count > 0 ? artifacts : [Image(version)],
        KnownGood is null ? null : new RunningVersion(new DeploymentId("00000000000000000000000000000001"), "build-1", KnownGood, Digest.Of(KnownGood), Aws.Time.GetUtcNow().AddDays(-1)),
        KnownGood is null ? [] : [Image(KnownGood)]);

    public TargetLook Look() => new(
        new EnvironmentKey("shop", "dev"), Request().Environment, [new ArtifactSpec(Artifact.DefaultName, ArtifactKind.Container, Repository)]);

    public BedRun Deployment(string version = "v2", params IReadOnlyList<Artifact> artifacts) => new(Aws, Request(version, artifacts));

    public Task<JsonObject> CallAsync(string operation, string input) => EmulatorHttp.JsonAsync(Aws.Emulator, "ecs", $"AmazonEC2ContainerServiceV20141113.{operation}", Parse(input));

    public ValueTask DisposeAsync() => Aws.DisposeAsync();

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
