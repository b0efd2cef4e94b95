using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Lambda;
using Towpath.Aws.S3;
using Towpath.Aws.Tests.Bed;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Lambda;
using Towpath.AwsEmulator.S3;
using Towpath.AwsEmulator.Ssm;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.Lambda;

/// <summary>A function "resize", a bucket of its environment, a bucket "shared-artifacts" with zips, and an application that deploys from one to the other.</summary>
internal sealed class LambdaBed : IAsyncDisposable
{
    public const string Account = "111111111111";
    public const string Region = "us-east-1";
    public const string Function = "resize";
    public const string Bucket = "acme-resize-dev";
    public const string Shared = "shared-artifacts";
    public const string Parameter = "/resize/dev/version";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"towpath-lambda-{Guid.CreateVersion7():N}");

    private LambdaBed(AwsBed aws) => Aws = aws;

    public AwsBed Aws { get; }

    public S3State S3 => S3State.Of(Aws.Emulator.State);

    public SsmState Ssm => Aws.Emulator.State.Of<SsmState>();

    public JsonObject Settings { get; } = new()
    {
        ["region"] = Region,
        ["function"] = "ssm:/resize/dev/function",
        ["bucket"] = "ssm:/resize/dev/bucket",
        ["version_parameter"] = Parameter,
    };

    public OnFailure OnFailure { get; set; } = OnFailure.Rollback;

    public (Artifact Artifact, string Version)? KnownGood { get; set; }

    public static async Task<LambdaBed> StartAsync()
    {
        var bed = new LambdaBed(await AwsBed.StartAsync());
        bed.S3.AddBucket(Bucket);
        bed.S3.AddBucket(Shared);
        bed.Ssm.Put(Account, Region, "/resize/dev/function", Function);
        bed.Ssm.Put(Account, Region, "/resize/dev/bucket", Bucket);
        bed.Change(lambda =>
        {
            var function = new Function(Function, lambda.ArnOf(Function), new JsonObject { ["MemorySize"] = 128, ["Description"] = "" });
            function.Latest.Load(Zip("infrastructure's own"));
            function.Latest.BeActive();
            lambda.Add(function);
        });
        bed.Aws.Register = services => services.AddSingleton(new AwsOptions { DataFolder = bed._folder, Region = Region, Variable = _ => null });
        return bed;
    }

    public void Change(Action<LambdaRegion> change) => Aws.Emulator.Estate().Change(estate => change(estate.In(Account, Region).Lambda));

    public T Look<T>(Func<Function, T> look) => Aws.Emulator.Estate().Look(estate => look(estate.In(Account, Region).Lambda.Find(Function)!));

    public void Alarm(string name, string state, string reason) => Aws.Emulator.Estate().Change(estate => estate.In(Account, Region).Alarms.Set(name, state, reason));

    /// <summary>What callers of the alias get: <c>2</c>, or <c>1, 10 % 2</c>.</summary>
    public string? Alias(string name = "live") => Look(function => function.Aliases.GetValueOrDefault(name) is { } alias
        ? string.Join(", ", [alias.Version, .. alias.Weights.Select(w => $"{w.Value * 100:0} % {w.Key}")])
        : null);

    public int Versions => Look(function => function.Versions.Count);

    public string? Recorded => Ssm.ValueOf(Account, Region, Parameter);

    public static byte[] Zip(string code)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create))
        {
            var entry = zip.CreateEntry("index.js");
            // The same code is the same zip, whenever it is made.
            entry.LastWriteTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var content = entry.Open();
            content.Write(Encoding.UTF8.GetBytes(code));
        }

        return buffer.ToArray();
    }

    /// <summary>A build that CI put into the shared bucket.</summary>
    public Artifact Build(string code)
    {
        var zip = Zip(code);
        S3.Put(Shared, $"builds/resize/{code}.zip", zip);
        return new Artifact(Artifact.DefaultName, ArtifactKind.Function, $"s3://{Shared}/builds/resize/{code}.zip", Digest.Of(zip), zip.Length);
    }

    /// <summary>A build that was uploaded with its checksum.</summary>
    public async Task<Artifact> BuildWithChecksumAsync(string code)
    {
        var artifact = Build(code);
        Directory.CreateDirectory(_folder);
        var file = Path.Combine(_folder, $"{code}.zip");
        await File.WriteAllBytesAsync(file, Zip(code));
        await Aws.NewProcess().GetRequiredService<CodeBucket>().PutAsync(
            new S3Bucket(new AwsScope(Region, null, "ci"), Shared), $"builds/resize/{code}.zip", (file, artifact.Size!.Value), artifact.Digest, TestContext.Current.CancellationToken);
        return artifact;
    }

    public EnvironmentSpec Environment => new() { Name = "dev", OnFailure = OnFailure, Target = new TargetSpec("lambda", Settings) };

    public PlanRequest Request(Artifact artifact, string version) => new(
        new EnvironmentKey("resize", "dev"), Environment, version, "2222222222222222222222222222222222222222", [artifact],
        KnownGood is { } good ? new RunningVersion(new DeploymentId("00000000000000000000000000000001"), "build-1", good.Version, good.Artifact.Digest, Aws.Time.GetUtcNow().AddDays(-1)) : null,
        KnownGood is { } known ? [known.Artifact] : []);

    public BedRun Deployment(Artifact artifact, string version) => new(Aws, Request(artifact, version));

    public TargetLook Question => new(new EnvironmentKey("resize", "dev"), Environment, [new ArtifactSpec(Artifact.DefaultName, ArtifactKind.Function, $"s3://{Shared}/builds/{{slug}}/{{sha}}.zip")]);

    /// <summary>Deploys, and expects success.</summary>
    public async Task<BedRun> DeployAsync(Artifact artifact, string version)
    {
        var run = Deployment(artifact, version);
        var ended = await run.BeginAndRunAsync();
        Assert.True(ended.Phase == Phase.Succeeded, $"{ended.Phase}: {ended.Outcome}\n{string.Join('\n', run.Journal.Lines)}");
        KnownGood = (artifact, version);
        return run;
    }

    public void Shift(params IEnumerable<(int Percent, int Minutes)> stages) =>
        Settings["weights"] = new JsonArray([.. stages.Select(s => new JsonObject { ["percent"] = s.Percent, ["for"] = s.Minutes * 60L })]);

    public void Watch(params IEnumerable<string> alarms)
    {
        Settings["alarms"] = new JsonArray([.. alarms.Select(a => JsonValue.Create(a))]);
        foreach (var alarm in alarms) Alarm(alarm, "OK", "quiet");
    }

    public async ValueTask DisposeAsync()
    {
        await Aws.DisposeAsync();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
