using Towpath.Core.Deployments;
using Towpath.GitHubEmulator.Actions;

namespace Towpath.GitHub.Tests.Target;

/// <summary>A process that is killed before or after any of its calls, and another one that goes on: the same end, and nothing twice.</summary>
[Trait("Row", "T3")]
public sealed class KillTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Kill_at_any_call_ends_in_one_deployment(bool before) => AtEachCallAsync(before, bed => bed.Listen(_ => "success"), (bed, ended) =>
    {
        Assert.Equal(Phase.Succeeded, ended.Phase);
        Assert.Single(bed.Web.Deployments.All);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Kill_at_any_call_of_a_failure_ends_in_one_rollback(bool before)
    {
        string? good = null;
        return AtEachCallAsync(
            before,
            bed =>
            {
                bed.KnownGood = good = bed.Push("good");
                bed.Listen(made => made.Sha == good ? "success" : "failure");
            },
            (bed, ended) =>
            {
                Assert.Equal(Phase.RolledBack, ended.Phase);
                Assert.Equal([ended.Commit, good], bed.Web.Deployments.All.Select(d => d.Sha));
            });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Row", "C5")]
    public Task Kill_at_any_call_ends_in_one_run(bool before) => AtEachCallAsync(
        before,
        bed => bed.AddWorkflow(new RunPlan { AppearsAfter = TimeSpan.FromSeconds(3), RunsFor = TimeSpan.FromMinutes(1) }),
        (bed, ended) =>
        {
            Assert.Equal(Phase.Succeeded, ended.Phase);
            Assert.Single(bed.Web.Runs);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Row", "C5")]
    public Task Kill_at_any_call_of_a_run_that_takes_too_long_ends_with_it_cancelled(bool before) => AtEachCallAsync(
        before,
        bed =>
        {
            bed.AddWorkflow(new RunPlan { AppearsAfter = TimeSpan.FromSeconds(3), RunsFor = null });
            bed.Settings["within"] = 60;
        },
        (bed, ended) =>
        {
            Assert.Equal((Phase.Failed, "cancelled"), (ended.Phase, bed.Web.Runs.Single().Conclusion));
        });

    private static async Task AtEachCallAsync(bool before, Action<TargetBed> prepare, Action<TargetBed, Deployment> check)
    {
        for (var call = 1; ; call++)
        {
            await using var bed = await TargetBed.StartAsync(isDescribed: false);
            prepare(bed);
            var run = bed.Deployment(bed.Push("one"));
            await run.BeginAsync();
            using var kill = new CancellationTokenSource();
            using var http = new KillingHttp(call, before, kill);
            await run.RunAsync(fresh: true, http, kill: kill.Token);
            var ended = kill.IsCancellationRequested && run.State.Phase is Phase.Running or Phase.Verifying or Phase.RollingBack ? await run.RunAsync(fresh: false) : run.State;
            try
            {
                check(bed, ended);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"killed {(before ? "before" : "after")} call {call}: {ended.Phase} {ended.Outcome}\n{string.Join('\n', run.Journal.Lines)}", e);
            }

            if (!kill.IsCancellationRequested) return;
        }
    }
}
