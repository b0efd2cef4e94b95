using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.Lambda;

/// <summary>A process that is killed before or after any of its calls, and another one that goes on: the same end, and nothing twice.</summary>
[Trait("Row", "P9")]
public sealed class KillTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Kill_at_any_call_of_a_deployment_ends_in_the_same_version(bool before) => AtEachCallAsync(before, bed => bed, (bed, ended) =>
    {
        Assert.Equal((Phase.Succeeded, "2", "v2", 2), (ended.Phase, bed.Alias(), bed.Recorded, bed.Versions));
        Assert.Single(bed.Aws.Emulator.Calls.Of("lambda", "UpdateFunctionCode"));
        Assert.Single(bed.Aws.Emulator.Calls.Of("lambda", "UpdateAlias"));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Kill_at_any_call_of_a_gradual_shift_ends_in_the_same_version(bool before) => AtEachCallAsync(
        before,
        bed =>
        {
            bed.Shift((10, 1));
            return bed;
        },
        (bed, ended) =>
        {
            Assert.Equal((Phase.Succeeded, "2", "v2", 2), (ended.Phase, bed.Alias(), bed.Recorded, bed.Versions));
            Assert.Equal(2, bed.Aws.Emulator.Calls.Of("lambda", "UpdateAlias").Count);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Kill_at_any_call_of_a_shift_that_an_alarm_breaks_off_ends_with_the_earlier_version(bool before) => AtEachCallAsync(
        before,
        bed =>
        {
            bed.Shift((10, 1));
            bed.Watch("resize-errors");
            bed.Aws.Emulator.Script.OnAfter = call =>
            {
                if (call.Operation == "UpdateAlias" && bed.Alias() == "1, 10 % 2") bed.Alarm("resize-errors", "ALARM", "too many errors");
                return Task.CompletedTask;
            };
            return bed;
        },
        (bed, ended) => Assert.Equal((Phase.RolledBack, "1", "v1"), (ended.Phase, bed.Alias(), bed.Recorded)));

    private static async Task AtEachCallAsync(bool before, Func<LambdaBed, LambdaBed> prepare, Action<LambdaBed, Deployment> check)
    {
        for (var call = 1; ; call++)
        {
            await using var bed = await LambdaBed.StartAsync();
            await bed.DeployAsync(bed.Build("one"), "v1");
            prepare(bed);
            var run = bed.Deployment(bed.Build("two"), "v2");
            await run.BeginAsync();
            bed.Aws.Emulator.Calls.Clear();
            using var kill = new CancellationTokenSource();
            using var http = new Bed.KillingHttp(call, before, kill);
            await run.RunAsync(fresh: true, http, kill.Token);
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
