using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Towpath.Aws.Bootstrap;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Aws.Tests.Bed;
using Towpath.Aws.Tests.Lambda;
using Towpath.AwsEmulator.CloudFront;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Iam;
using Towpath.AwsEmulator.Lambda;
using Towpath.AwsEmulator.S3;
using Towpath.AwsEmulator.Ssm;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.Bootstrap;

/// <summary>An account with infrastructure and nothing of Towpath's, and the specs of three applications.</summary>
internal sealed class EstateBed : IAsyncDisposable
{
    public const string Account = "111111111111";
    public const string Region = "us-east-1";
    public const string Management = "arn:aws:iam::111111111111:role/towpath-management";
    public const string Shared = "arn:aws:iam::111111111111:role/towpath-builds";
    public const string Builds = "acme-builds";

    private const string Specs = """
        === apps/resize.yaml
        name: resize
        repository: acme/web-app
        artifact: { kind: function, source: "s3://acme-builds/builds/{slug}/{sha}.zip" }
        environments:
          dev:
            target: { kind: lambda, region: us-east-1, role: "arn:aws:iam::111111111111:role/towpath-deploy-resize", function: "ssm:/resize/dev/function", bucket: acme-resize-dev, version_parameter: /resize/dev/version }
        === apps/docs.yaml
        name: docs
        repository: acme/web-app
        artifact: { kind: static-site, source: "s3://acme-builds/builds/{slug}/{sha}.zip" }
        environments:
          dev:
            target: { kind: static-site, region: us-east-1, role: "arn:aws:iam::111111111111:role/towpath-deploy-docs", bucket: "ssm:/docs/dev/bucket", distribution: "ssm:/docs/dev/distribution", key_parameter: /docs/dev/key }
        === apps/web.yaml
        name: web
        repository: acme/web-app
        artifact: { kind: container, source: "111111111111.dkr.ecr.us-east-1.amazonaws.com/acme/{slug}", keep: { tagged: 10, untagged_days: 14 } }
        environments:
          dev:
            target: { kind: ecs, region: us-east-1, role: "arn:aws:iam::111111111111:role/towpath-deploy-web", cluster: main, service: web, version_parameter: /web/dev/version }
          production:
            after: [dev]
            target: { kind: ecs, region: us-east-1, role: "arn:aws:iam::222222222222:role/towpath-deploy-web", cluster: main, service: web }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-estate-").FullName;

    private EstateBed(AwsBed aws) => Aws = aws;

    public AwsBed Aws { get; }

    public IamState Iam => Aws.Emulator.State.Of<IamState>();

    public S3State S3 => S3State.Of(Aws.Emulator.State);

    public SsmState Ssm => Aws.Emulator.State.Of<SsmState>();

    public IReadOnlyDictionary<string, ApplicationSpec> Applications { get; private set; } = null!;

    /// <summary>How an operator calls it the first time.</summary>
    public BootstrapRequest Request { get; set; } = null!;

    /// <param name="more">Specs of further applications.</param>
    public static async Task<EstateBed> StartAsync(string more = "")
    {
        var bed = new EstateBed(await AwsBed.StartAsync());
        bed.S3.AddBucket("acme-resize-dev");
        bed.S3.AddBucket("acme-docs-dev");
        bed.Ssm.Put(Account, Region, "/docs/dev/bucket", "acme-docs-dev");
        bed.Ssm.Put(Account, Region, "/docs/dev/distribution", bed.Aws.Emulator.State.Of<CloudFrontState>().AddDistribution("acme-docs-dev"));
        bed.Aws.Emulator.Estate().Change(estate =>
        {
            var lambda = estate.In(Account, Region).Lambda;
            var function = new Function("resize", lambda.ArnOf("resize"), new JsonObject { ["Description"] = "" });
            function.Latest.Load(LambdaBed.Zip("infrastructure's own"));
            function.Latest.BeActive();
            lambda.Add(function);
        });
        bed.Applications = bed.Load(Specs + "\n" + more);
        bed.Request = new BootstrapRequest
        {
            Applications = [.. bed.Applications.Values],
            Settings = new AwsSettings { ManagementRole = Management, SharedServicesRole = Shared, Region = Region },
            Region = Region,
            Organization = "o-a1b2c3d4e5",
            GitHubIds = new Dictionary<string, GitHubId>(StringComparer.OrdinalIgnoreCase) { ["acme/web-app"] = new("2002", "1001") },
            Values = new Dictionary<string, string>(StringComparer.Ordinal) { ["/resize/dev/function"] = "resize" },
        };
        return bed;
    }

    public Task<EstateReport> PlanAsync() => Aws.PassAsync(Bootstrapper().PlanAsync(Request, TestContext.Current.CancellationToken));

    public Task<EstateReport> ApplyAsync() => Aws.PassAsync(Bootstrapper().ApplyAsync(Request, _ => { }, TestContext.Current.CancellationToken));

    /// <summary>From now on processes are runs of a workflow: they have a token of GitHub and nothing else.</summary>
    /// <param name="claims">What differs from a run of acme/web-app.</param>
    /// <param name="management">Of their project.</param>
    public void BeAWorkflow(JsonObject? claims = null, string management = Management)
    {
        var file = Path.Combine(_folder, "token");
        Aws.Credentials = _ =>
        {
            File.WriteAllText(file, Aws.Emulator.GitHub.Mint("sts.amazonaws.com", claims));
            string? Variable(string name) => name switch
            {
                "AWS_ENDPOINT_URL" => Aws.Emulator.Url.ToString(),
                "AWS_WEB_IDENTITY_TOKEN_FILE" => file,
                "AWS_ROLE_ARN" => management,
                _ => null,
            };
            var options = new AwsOptions { DataFolder = _folder, ManagementRole = management, Region = Region, Variable = Variable };
            return new AwsCredentialChain(options, new AwsHttp(new SocketsHttpHandler()), new AwsEndpoints(Variable), Aws.Time);
        };
        Aws.Register = services => services.AddSingleton(new AwsOptions { DataFolder = _folder, ManagementRole = management, SharedServicesRole = Shared, Region = Region, Variable = _ => null });
    }

    public Artifact Build(string application, ArtifactKind kind, byte[] zip, string sha)
    {
        S3.Put(Builds, $"builds/{application}/{sha}.zip", zip);
        return new Artifact(Artifact.DefaultName, kind, $"s3://{Builds}/builds/{application}/{sha}.zip", Digest.Of(zip), zip.Length);
    }

    /// <summary>An image in the application's repository.</summary>
    public Artifact Push(string number, string repository = "acme/web")
    {
        const string MediaType = "application/vnd.oci.image.manifest.v1+json";
        var manifest = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = MediaType, ["annotations"] = new JsonObject { ["number"] = number }, ["layers"] = new JsonArray() }.ToJsonString();
        Aws.Emulator.Estate().Change(estate => estate.In(Account, Region).Ecr.Find(repository)!.Put(manifest, MediaType, $"sha-{number}"));
        var digest = Digest.Of(manifest);
        return new Artifact(Artifact.DefaultName, ArtifactKind.Container, $"{Account}.dkr.ecr.{Region}.amazonaws.com/{repository}@{digest}", digest);
    }

    /// <summary>The infrastructure's own service, whose tasks have roles.</summary>
    public async Task RunServiceAsync(Artifact image)
    {
        Aws.Emulator.Estate().Change(estate => estate.In(Account, Region).Ecs.Create("main"));
        Task CallAsync(string operation, string input) => EmulatorHttp.JsonAsync(Aws.Emulator, "ecs", $"AmazonEC2ContainerServiceV20141113.{operation}", (JsonObject)JsonNode.Parse(input)!);
        await CallAsync("RegisterTaskDefinition", $$"""
            {"family":"web","networkMode":"awsvpc","cpu":"256","memory":"512","requiresCompatibilities":["FARGATE"],"executionRoleArn":"arn:aws:iam::{{Account}}:role/web-execution",
             "taskRoleArn":"arn:aws:iam::{{Account}}:role/web-task","containerDefinitions":[{"name":"web","image":"{{image.Reference}}","essential":true}]}
            """);
        await CallAsync("CreateService", """
            {"cluster":"main","serviceName":"web","taskDefinition":"web","desiredCount":1,"launchType":"FARGATE","networkConfiguration":{"awsvpcConfiguration":{"subnets":["subnet-1"]}}}
            """);
        Aws.Time.Advance(TimeSpan.FromSeconds(5));
        Aws.Emulator.Estate().Change(_ => { });
    }

    public TargetLook Look(string application) => new(
        new EnvironmentKey(application, "dev"), Applications[application].FindEnvironment("dev")!, Applications[application].Artifacts, "acme/web-app");

    public string RunningImage => Aws.Emulator.Estate().Look(estate => (string)estate.In(Account, Region).Ecs.Cluster("main").Service("web").Deployments[0].Revision.Definition.Document["containerDefinitions"]![0]!["image"]!);

    public BedRun Deployment(string application, Artifact artifact, string version) => new(Aws, new PlanRequest(
        new EnvironmentKey(application, "dev"), Applications[application].FindEnvironment("dev")!, version, new string('1', 40), [artifact], null, [], "acme/web-app"));

    public static AwsScope As(string role) => new(Region, $"arn:aws:iam::{Account}:role/{role}", "towpath-test");

    public async ValueTask DisposeAsync()
    {
        await Aws.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Bootstrapper Bootstrapper() => Aws.NewProcess().GetRequiredService<Bootstrapper>();

    private FrozenDictionary<string, ApplicationSpec> Load(string specs)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in specs.Split("=== ", StringSplitOptions.RemoveEmptyEntries))
            files[part[..part.IndexOf('\n', StringComparison.Ordinal)].Trim()] = part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        var process = Aws.NewProcess();
        var loader = new ConfigurationLoader(process.GetServices<ITarget>(), process.GetServices<IVerification>(), process.GetServices<IArtifactSource>());
        var loaded = loader.Load(new ConfigurationFiles(files, null), null);
        Assert.True(loaded.Errors.Count == 0, string.Join('\n', loaded.Errors));
        return loaded.Configuration!.Applications.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
