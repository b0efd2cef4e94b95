using System.Text.Json.Nodes;
using Towpath.Aws;
using Towpath.Aws.Calling;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Estates;
using Towpath.Testing;

namespace Towpath.EndToEnd.Aws;

/// <summary>A cluster whose service "web" runs v1, as Terraform would have left it, and the spec that deploys to it by names from parameters.</summary>
internal static class EcsEstate
{
    public const string Repository = $"{AwsScene.Account}.dkr.ecr.{AwsScene.Region}.amazonaws.com/shop";
    public const string Version = "/shop/dev/container-image-tag";

    public const string Spec = $$"""
        name: shop
        artifact: { kind: container, source: {{Repository}} }
        environments:
          dev:
            target:
              kind: ecs
              region: us-east-1
              cluster: ssm:/shop/dev/ecs-cluster-name
              service: ssm:/shop/dev/ecs-service-name
              container: web
              version_parameter: {{Version}}

        """;

    public static async Task<AwsScene> StartAsync()
    {
        var scene = await AwsScene.StartAsync();
        scene.WriteSpec("shop", Spec);
        scene.Put("/shop/dev/ecs-cluster-name", "main");
        scene.Put("/shop/dev/ecs-service-name", "web");
        scene.Put(Version, "sha-abc1111");
        var first = Push(scene, "sha-abc1111", "one");
        Push(scene, "sha-abc1234", "two");
        Change(scene, region =>
        {
            region.Ecs.Create("main");
            region.Ecs.TaskDefinitions.Register(Parse($$"""
                {"family":"web","networkMode":"awsvpc","cpu":"256","memory":"512","requiresCompatibilities":["FARGATE"],
                 "containerDefinitions":[{"name":"web","image":"{{Repository}}@{{first}}","essential":true,"environment":[{"name":"MODE","value":"live"}]}]}
                """), "arn:aws:iam::111111111111:user/terraform");
            return 0;
        });
        await CreateServiceAsync(scene);
        await Patience.UntilAsync(() => Task.FromResult(ServiceOf(scene).Completed is not null), what: "the service runs");
        return scene;
    }

    public static EcsScript Script(this AwsScene scene) => scene.Emulator.Estate().Script;

    public static EcsService ServiceOf(AwsScene scene) => Change(scene, region => region.Ecs.Cluster("main").Service("web"));

    /// <summary>What a person would look at: which image runs, and how much was made on the way.</summary>
    public static string State(AwsScene scene) => Change(scene, region =>
    {
        var service = region.Ecs.Cluster("main").Service("web");
        var running = (string)service.Completed!.Definition.Document["containerDefinitions"]![0]!["image"]!;
        var revisions = region.Ecs.TaskDefinitions.Families.Single(f => f.Key == "web").Value.Count;
        return $"{running}; {revisions} revisions; {service.History.Count} service deployments; the parameter says {scene.ValueOf(Version)}";
    });

    public static string DigestOf(AwsScene scene, string tag) => Change(scene, region => region.Ecr.Find("shop")!.Find(tag)!.Digest);

    private static string Push(AwsScene scene, string tag, string content) => Change(scene, region =>
    {
        var repository = region.Ecr.Find("shop") ?? region.Ecr.Create("shop", "IMMUTABLE")!;
        var layer = Towpath.AwsEmulator.Ecr.Repository.DigestOf(content);
        return repository.Put(
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{layer}}","size":3},"layers":[]}""",
            "application/vnd.oci.image.manifest.v1+json", tag).Digest;
    });

    private static T Change<T>(AwsScene scene, Func<Region, T> change) => scene.Emulator.Estate().Look(estate => change(estate.In(AwsScene.Account, AwsScene.Region)));

    private static async Task CreateServiceAsync(AwsScene scene)
    {
        var options = new AwsOptions { DataFolder = scene.Folder, Variable = name => scene.Variables.GetValueOrDefault(name) };
        await using var services = new ServiceCollection().AddTowpathAws(options).BuildServiceProvider();
        await services.GetRequiredService<AwsCaller>().SendAsync(
            new AwsScope(AwsScene.Region, null, "terraform"),
            new AwsRequest
            {
                Service = new AwsService("ecs", "ecs", "ECS"),
                Operation = "CreateService",
                ContentType = "application/x-amz-json-1.1",
                Headers = [new KeyValuePair<string, string>("X-Amz-Target", "AmazonEC2ContainerServiceV20141113.CreateService")],
                Body = System.Text.Encoding.UTF8.GetBytes("""
                    {"cluster":"main","serviceName":"web","taskDefinition":"web","desiredCount":2,"launchType":"FARGATE",
                     "networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"],"securityGroups":["sg-1"],"assignPublicIp":"DISABLED"}},
                     "deploymentConfiguration":{"deploymentCircuitBreaker":{"enable":true,"rollback":true}}}
                    """),
            },
            TestContext.Current.CancellationToken);
        scene.Emulator.Calls.Clear();
    }

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
