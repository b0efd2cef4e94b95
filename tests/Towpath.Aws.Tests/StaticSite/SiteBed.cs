using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Aws.Tests.Bed;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.CloudFront;
using Towpath.AwsEmulator.S3;
using Towpath.AwsEmulator.Ssm;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.StaticSite;

/// <summary>A bucket "docs" behind a distribution, a bucket "shared-artifacts" with zips, and an application that deploys from one to the other.</summary>
internal sealed class SiteBed : IAsyncDisposable
{
    public const string Bucket = "docs";
    public const string Account = "111111111111";
    public const string Region = "us-east-1";
    private const string Shared = "shared-artifacts";

    private readonly List<string> _folders = [];
    private readonly Lock _lock = new();
    private readonly List<(string Operation, string Key)> _calls = [];

    private SiteBed(AwsBed aws) => Aws = aws;

    public AwsBed Aws { get; }

    public S3State S3 => S3State.Of(Aws.Emulator.State);

    public CloudFrontState CloudFront => Aws.Emulator.State.Of<CloudFrontState>();

    public SsmState Ssm => Aws.Emulator.State.Of<SsmState>();

    public string Distribution { get; private set; } = "";

    public JsonObject Settings { get; } = new()
    {
        ["region"] = Region,
        ["bucket"] = "ssm:/docs/dev/bucket",
        ["distribution"] = "ssm:/docs/dev/distribution",
        ["key_parameter"] = "/docs/dev/artifact-key",
    };

    public Artifact? KnownGood { get; set; }

    /// <summary>Called before each call of S3 is handled.</summary>
    public Func<EmulatorCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>What S3 was asked for since the last <see cref="Forget"/>: operation and path.</summary>
    public IReadOnlyList<(string Operation, string Key)> Calls
    {
        get
        {
            lock (_lock) return [.. _calls];
        }
    }

    public IReadOnlyList<string> Puts => [.. Calls.Where(c => c.Operation == "PutObject").Select(c => c.Key)];

    public static async Task<SiteBed> StartAsync()
    {
        var bed = new SiteBed(await AwsBed.StartAsync());
        bed.S3.AddBucket(Bucket);
        bed.S3.AddBucket(Shared);
        bed.Distribution = bed.CloudFront.AddDistribution(Bucket);
        bed.Ssm.Put(Account, Region, "/docs/dev/bucket", Bucket);
        bed.Ssm.Put(Account, Region, "/docs/dev/distribution", bed.Distribution);
        bed.NewFolder();
        bed.Aws.Emulator.Script.OnBefore = bed.BeforeAsync;
        return bed;
    }

    /// <summary>From now on processes run on a machine that has nothing of the earlier ones.</summary>
    public void NewFolder()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"towpath-site-{Guid.CreateVersion7():N}");
        _folders.Add(folder);
        Aws.Register = services => services.AddSingleton(new AwsOptions { DataFolder = folder, Region = Region, Variable = _ => null });
    }

    public void Forget()
    {
        lock (_lock) _calls.Clear();
    }

    public static byte[] Zip(params IReadOnlyList<(string Path, string Text)> files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create))
            foreach (var (path, text) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        return buffer.ToArray();
    }

    public Artifact Build(string name, params IReadOnlyList<(string Path, string Text)> files) => Publish(name, Zip(files));

    public Artifact Publish(string name, byte[] zip)
    {
        S3.Put(Shared, $"builds/docs/{name}.zip", zip);
        return new Artifact(Artifact.DefaultName, ArtifactKind.StaticSite, $"s3://{Shared}/builds/docs/{name}.zip", Digest.Of(zip), zip.Length);
    }

    public void Unpublish(string name) => S3.Delete(Shared, $"builds/docs/{name}.zip");

    public EnvironmentSpec Environment => new() { Name = "dev", Target = new TargetSpec("static-site", Settings) };

    public PlanRequest Request(Artifact artifact) => new(
        new EnvironmentKey("docs", "dev"), Environment, "v2", "2222222222222222222222222222222222222222", [artifact],
        KnownGood is null ? null : new RunningVersion(new DeploymentId("00000000000000000000000000000001"), "build-1", "v1", KnownGood.Digest, Aws.Time.GetUtcNow().AddDays(-1)),
        KnownGood is null ? [] : [KnownGood]);

    public BedRun Deployment(Artifact artifact) => new(Aws, Request(artifact));

    /// <summary>Deploys, and expects success.</summary>
    public async Task<BedRun> DeployAsync(Artifact artifact)
    {
        var run = Deployment(artifact);
        var ended = await run.BeginAndRunAsync();
        Assert.True(ended.Phase == Phase.Succeeded, $"{ended.Phase}: {ended.Outcome}\n{string.Join('\n', run.Journal.Lines)}");
        KnownGood = artifact;
        return run;
    }

    public TargetLook Look => new(new EnvironmentKey("docs", "dev"), Environment, [new ArtifactSpec(Artifact.DefaultName, ArtifactKind.StaticSite, $"s3://{Shared}/builds/docs/{{sha}}.zip")]);

    public string? TextOf(string key) => S3.TextOf(Bucket, key);

    public string? HeaderOf(string key, string name) => S3.HeaderOf(Bucket, key, name);

    /// <summary>The site's own names.</summary>
    public IReadOnlyList<string> Keys => [.. S3.KeysOf(Bucket).Where(k => !k.StartsWith(".towpath/", StringComparison.Ordinal))];

    public JsonObject Manifest => (JsonObject)JsonNode.Parse(TextOf(".towpath/manifest.json")!)!;

    /// <summary>What somebody on the internet is answered.</summary>
    public async Task<string> VisitAsync(string path)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(Aws.Emulator.Url, $"/_emulator/cdn/{Distribution}/{path}"), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Aws.DisposeAsync();
        foreach (var folder in _folders)
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private async Task BeforeAsync(EmulatorCall call)
    {
        if (call.Service == "s3")
            lock (_lock) _calls.Add((call.Operation, Uri.UnescapeDataString(call.Http.Request.Path.Value!.TrimStart('/'))));
        await Before(call);
    }
}
