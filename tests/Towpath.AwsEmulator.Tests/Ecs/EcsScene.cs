using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Tests.Scene;
using Towpath.Testing;

namespace Towpath.AwsEmulator.Tests.Ecs;

/// <summary>A cluster "main" whose service "web" runs revision 1 with two tasks, and a clock that a test moves.</summary>
internal sealed class EcsScene : IAsyncDisposable
{
    private readonly VirtualTime _time;
    private readonly SignedHttp _http;

    private EcsScene(Emulator emulator, VirtualTime time)
    {
        (Emulator, _time) = (emulator, time);
        _http = new SignedHttp(emulator, "ecs");
    }

    public Emulator Emulator { get; }

    public EcsScript Script => Emulator.Estate().Script;

    public static async Task<EcsScene> StartAsync(string? deploymentConfiguration = null)
    {
        var time = new VirtualTime();
        var emulator = await Emulator.StartAsync(new EmulatorOptions { Time = time }, TestContext.Current.CancellationToken);
        var scene = new EcsScene(emulator, time);
        await scene.CallAsync("CreateCluster", """{"clusterName":"main"}""");
        await scene.RegisterAsync("nginx:1");
        await scene.CallAsync("CreateService", $$"""
            {"cluster":"main","serviceName":"web","taskDefinition":"web","desiredCount":2,"launchType":"EC2",
             "deploymentConfiguration":{{deploymentConfiguration ?? Breaker(rollback: true)}}}
            """);
        scene.Pass(5000);
        return scene;
    }

    public static string Breaker(bool rollback) => $$$"""{"deploymentCircuitBreaker":{"enable":true,"rollback":{{{(rollback ? "true" : "false")}}}}}""";

    public void Pass(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    public Task<JsonObject> CallAsync(string operation, string input) =>
        _http.JsonAsync($"AmazonEC2ContainerServiceV20141113.{operation}", (JsonObject)JsonNode.Parse(input)!);

    public async Task<string> RegisterAsync(string image, string extra = "") => (string)(await CallAsync("RegisterTaskDefinition", $$"""
        {"family":"web","containerDefinitions":[{"name":"web","image":"{{image}}","memory":128{{extra}}}]}
        """))["taskDefinition"]!["taskDefinitionArn"]!;

    /// <summary>Registers a revision, deploys it as scripted, and answers the service deployment's ARN.</summary>
    public async Task<string> DeployAsync(RolloutScript script, string image = "nginx:2")
    {
        Script.Rollout("main", "web", script);
        await RegisterAsync(image);
        var answer = await CallAsync("UpdateService", """{"cluster":"main","service":"web","taskDefinition":"web"}""");
        return (string)answer["service"]!["currentServiceDeployment"]!;
    }

    public async Task<JsonObject> ServiceAsync() =>
        (JsonObject)(await CallAsync("DescribeServices", """{"cluster":"main","services":["web"]}"""))["services"]![0]!;

    public async Task<JsonObject> DeploymentAsync(string arn) =>
        (JsonObject)(await CallAsync("DescribeServiceDeployments", $$"""{"serviceDeploymentArns":["{{arn}}"]}"""))["serviceDeployments"]![0]!;

    public async Task<string> StatusAsync(string arn) => (string)(await DeploymentAsync(arn))["status"]!;

    /// <summary>The service's deployments as "PRIMARY web:2 IN_PROGRESS", PRIMARY first.</summary>
    public async Task<IReadOnlyList<string>> ClassicAsync() => [.. (await ServiceAsync())["deployments"]!.AsArray().Select(each =>
        $"{each!["status"]} {((string)each["taskDefinition"]!).Split('/')[1]} {each["rolloutState"]}")];

    /// <summary>The service's events, newest first, with IDs cut out.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync() => [.. (await ServiceAsync())["events"]!.AsArray().Select(each =>
        System.Text.RegularExpressions.Regex.Replace((string)each!["message"]!, "[0-9a-f]{32}|(?<=ecs-svc/)[0-9]{19}", "ID", default, TimeSpan.FromSeconds(1)))];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Emulator.DisposeAsync();
    }
}
