using Towpath.AwsEmulator.Calling;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.StaticSite;

public sealed class KillTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Kill_at_any_call_ends_in_the_same_site(bool before)
    {
        for (var call = 1; ; call++)
        {
            await using var bed = await SiteBed.StartAsync();
            await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("old.html", "1"), ("assets/app-BdT4kLxQ.js", "1")));
            var run = bed.Deployment(bed.Build("v2", ("index.html", "2"), ("style.css", "2"), ("assets/app-Q7dT9kLx.js", "2")));
            await run.BeginAsync();
            var killed = await RunKilledAsync(bed, run, call, before);
            var ended = run.State.Phase is Phase.Running or Phase.Verifying ? await run.RunAsync(fresh: false) : run.State;

            Assert.True(ended.Phase == Phase.Succeeded, $"killed {(before ? "before" : "after")} call {call}: {ended.Phase} {ended.Outcome}");
            Assert.Equal(["assets/app-BdT4kLxQ.js", "assets/app-Q7dT9kLx.js", "index.html", "style.css"], bed.Keys.Order());
            Assert.Equal("2", bed.TextOf("index.html"));
            Assert.Null(bed.Manifest["changing"]);
            Assert.Equal(2, (int)bed.Manifest["number"]!);
            Assert.Single(bed.CloudFront.InvalidatedPaths(bed.Distribution));
            Assert.Equal("builds/docs/v2.zip", bed.Ssm.ValueOf(SiteBed.Account, SiteBed.Region, "/docs/dev/artifact-key"));
            if (!killed) return;
        }
    }

    [Fact]
    public async Task Another_version_over_a_deployment_that_broke_off_anywhere_leaves_nothing_of_it()
    {
        for (var call = 1; ; call++)
        {
            await using var bed = await SiteBed.StartAsync();
            await bed.DeployAsync(bed.Build("v1", ("index.html", "1"), ("about.html", "1"), ("assets/app-BdT4kLxQ.js", "1")));
            var run = bed.Deployment(bed.Build("v2", ("index.html", "2"), ("about.html", "2"), ("stray.html", "2"), ("assets/app-Q7dT9kLx.js", "2")));
            await run.BeginAsync();
            var killed = await RunKilledAsync(bed, run, call, before: false);
            await bed.DeployAsync(bed.Build("v3", ("index.html", "3"), ("about.html", "1"), ("assets/app-BdT4kLxQ.js", "1")));

            Assert.Equal(("3", "1", "1"), (bed.TextOf("index.html"), bed.TextOf("about.html"), bed.TextOf("assets/app-BdT4kLxQ.js")));
            Assert.DoesNotContain("stray.html", bed.Keys);
            if (!killed) return;
        }
    }

    /// <returns>Whether there were so many calls.</returns>
    private static async Task<bool> RunKilledAsync(SiteBed bed, Bed.BedRun run, int call, bool before)
    {
        using var kill = new CancellationTokenSource();
        var calls = 0;
        async Task HookAsync(EmulatorCall arrived)
        {
            if (Interlocked.Increment(ref calls) != call) return;
            await kill.CancelAsync();
            // Whoever asked is gone, and so is the connection.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, arrived.Aborted).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        if (before) bed.Before = HookAsync;
        else bed.Aws.Emulator.Script.OnAfter = HookAsync;
        try
        {
            await run.RunAsync(kill: kill.Token);
        }
        catch (OperationCanceledException)
        {
        }

        bed.Before = _ => Task.CompletedTask;
        bed.Aws.Emulator.Script.OnAfter = null;
        return kill.IsCancellationRequested;
    }
}
