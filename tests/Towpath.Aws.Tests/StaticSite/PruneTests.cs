using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.StaticSite;

public sealed class PruneTests
{
    private const string First = "assets/app-AAAA1aB2.js";

    [Fact]
    public async Task Kill_between_writing_what_is_to_go_and_removing_it_leaves_nothing_behind()
    {
        await using var bed = await OldReleasesAsync();
        var run = bed.Deployment(bed.Build("v4", ("index.html", "4"), ("assets/app-DDDD1aB2.js", "4")));
        await run.BeginAsync();
        await RunUntilAsync(bed, run, "DeleteObjects");
        Assert.Contains(First, Doomed(bed));
        Assert.Equal(4, Packs(bed));

        var ended = await run.RunAsync(fresh: false);
        Assert.True(ended.Phase == Phase.Succeeded, $"{ended.Phase}: {ended.Outcome}");
        Assert.Equal(["assets/app-CCCC1aB2.js", "assets/app-DDDD1aB2.js"], Assets(bed));
        Assert.Empty(Doomed(bed));
        // Those of the release that runs and of the known good one.
        Assert.Equal(2, Packs(bed));
    }

    [Fact]
    public async Task What_a_pruning_that_broke_off_left_goes_with_the_next_deployment()
    {
        await using var bed = await OldReleasesAsync();
        var broken = bed.Deployment(bed.Build("v4", ("index.html", "4"), ("assets/app-DDDD1aB2.js", "4")));
        await broken.BeginAsync();
        await RunUntilAsync(bed, broken, "DeleteObjects");
        await bed.DeployAsync(bed.Build("v5", ("index.html", "5"), ("assets/app-DDDD1aB2.js", "4")));
        Assert.DoesNotContain(First, bed.Keys);
        Assert.Empty(Doomed(bed));
        Assert.Equal(Packs(bed), bed.Manifest["releases"]!.AsArray().Count);
    }

    [Fact]
    public async Task Doomed_asset_that_the_next_deployment_has_again_stays()
    {
        await using var bed = await OldReleasesAsync();
        var broken = bed.Deployment(bed.Build("v4", ("index.html", "4"), ("assets/app-DDDD1aB2.js", "4")));
        await broken.BeginAsync();
        await RunUntilAsync(bed, broken, "DeleteObjects");
        Assert.Contains(First, Doomed(bed));
        await bed.DeployAsync(bed.Build("v5", ("index.html", "5"), (First, "1")));
        Assert.Equal("1", bed.TextOf(First));
        Assert.Empty(Doomed(bed));

        // The process that broke off comes back, and finds that the site is another one.
        await broken.RunAsync(fresh: false);
        Assert.Equal("1", bed.TextOf(First));
    }

    [Fact]
    public async Task Pruning_stops_where_somebody_else_has_written_meanwhile()
    {
        await using var bed = await OldReleasesAsync();
        var raced = false;
        bed.Before = call =>
        {
            // Between the manifest that says what goes and the look before the first batch.
            if (call.Operation != "HeadObject" || raced || !call.Http.Request.Path.Value!.EndsWith("manifest.json", StringComparison.Ordinal)) return Task.CompletedTask;
            raced = true;
            var manifest = bed.Manifest;
            manifest["deployment"] = "somebody";
            bed.S3.Put(SiteBed.Bucket, ".towpath/manifest.json", manifest.ToJsonString());
            return Task.CompletedTask;
        };
        bed.Forget();
        var run = await bed.DeployAsync(bed.Build("v4", ("index.html", "4"), ("assets/app-DDDD1aB2.js", "4")));
        Assert.True(raced);
        Assert.DoesNotContain(bed.Calls, c => c.Operation == "DeleteObjects");
        Assert.Contains(run.Journal.Lines, line => line.Contains("was changed meanwhile by deployment somebody", StringComparison.Ordinal));
        Assert.Contains(First, bed.Keys);
    }

    [Fact]
    public async Task No_deployment_waits_for_more_than_its_share()
    {
        await using var bed = await SiteBed.StartAsync();
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1")));
        var manifest = bed.Manifest;
        manifest["doomed"] = new JsonArray([.. Enumerable.Range(0, 10_500).Select(i => (JsonNode)$"assets/old-{i}.js")]);
        bed.S3.Put(SiteBed.Bucket, ".towpath/manifest.json", manifest.ToJsonString());
        bed.Forget();
        await bed.DeployAsync(bed.Build("v2", ("index.html", "2")));
        Assert.Equal((10, 500), (bed.Calls.Count(c => c.Operation == "DeleteObjects"), Doomed(bed).Count));
        await bed.DeployAsync(bed.Build("v3", ("index.html", "3")));
        Assert.Empty(Doomed(bed));
    }

    [Fact]
    public async Task Another_bucket_that_a_parameter_names_by_now_is_not_pruned()
    {
        await using var bed = await OldReleasesAsync();
        bed.S3.AddBucket("payroll");
        bed.S3.Put("payroll", ".towpath/manifest.json", bed.TextOf(".towpath/manifest.json")!);
        bed.S3.Put("payroll", First, "theirs");
        var run = bed.Deployment(bed.Build("v4", ("index.html", "4"), ("assets/app-DDDD1aB2.js", "4")));
        await run.BeginAsync();
        bed.Ssm.Put(SiteBed.Account, SiteBed.Region, "/docs/dev/bucket", "payroll");
        bed.Forget();
        Assert.Equal(Phase.Succeeded, (await run.RunAsync()).Phase);
        Assert.Equal("theirs", bed.S3.TextOf("payroll", First));
        Assert.DoesNotContain(bed.Calls, c => c.Key.StartsWith("payroll", StringComparison.Ordinal));
    }

    /// <summary>Three releases, of which the first two are out of use for longer than they stay.</summary>
    private static async Task<SiteBed> OldReleasesAsync()
    {
        var bed = await SiteBed.StartAsync();
        bed.Settings["keep_releases"] = 1;
        bed.Settings["prune_after"] = 3600;
        await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), (First, "1")));
        await bed.DeployAsync(bed.Build("v2", ("index.html", "2"), ("assets/app-BBBB1aB2.js", "2")));
        await bed.DeployAsync(bed.Build("v3", ("index.html", "3"), ("assets/app-CCCC1aB2.js", "3")));
        bed.Aws.Time.Advance(TimeSpan.FromHours(2));
        return bed;
    }

    private static async Task RunUntilAsync(SiteBed bed, Bed.BedRun run, string operation)
    {
        using var kill = new CancellationTokenSource();
        async Task KillAsync(EmulatorCall arrived)
        {
            if (arrived.Operation != operation || Doomed(bed).Count == 0) return;
            await kill.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, arrived.Aborted).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        bed.Before = KillAsync;
        await run.RunAsync(kill: kill.Token);
        bed.Before = _ => Task.CompletedTask;
        Assert.True(kill.IsCancellationRequested);
    }

    private static IReadOnlyList<string> Doomed(SiteBed bed) => [.. bed.Manifest["doomed"]!.AsArray().Select(path => (string)path!)];

    private static IReadOnlyList<string> Assets(SiteBed bed) => [.. bed.Keys.Where(k => k.StartsWith("assets/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static int Packs(SiteBed bed) => bed.S3.KeysOf(SiteBed.Bucket).Count(k => k.StartsWith(".towpath/releases/", StringComparison.Ordinal));
}
