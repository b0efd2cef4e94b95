using Towpath.Core.Applications;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.Lambda;

[Trait("Row", "P9")]
public sealed class GradualShiftTests
{
    [Fact]
    public async Task Calls_go_over_step_by_step_and_in_the_end_all()
    {
        await using var bed = await ShiftingAsync((10, 5), (50, 10));
        var seen = Recording(bed);
        var began = bed.Aws.Time.GetUtcNow();
        var run = await bed.DeployAsync(bed.Build("two"), "v2");

        Assert.Equal(["1, 10 % 2", "1, 50 % 2", "2"], seen);
        Assert.InRange(bed.Aws.Time.GetUtcNow() - began, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
        Assert.Contains("10 % of the calls go to version 2, for another 5 min", run.Journal.Progress);
        Assert.Equal("v2", bed.Recorded);
    }

    [Fact]
    public async Task First_version_gets_all_calls_at_once_since_nobody_is_there_to_share_with()
    {
        await using var bed = await LambdaBed.StartAsync();
        bed.Shift((10, 5));
        var began = bed.Aws.Time.GetUtcNow();
        await bed.DeployAsync(bed.Build("one"), "v1");

        Assert.Equal("1", bed.Alias());
        Assert.True(bed.Aws.Time.GetUtcNow() - began < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Alarm_that_rings_takes_the_share_back_within_seconds()
    {
        await using var bed = await ShiftingAsync((10, 5), (50, 10));
        bed.Watch("resize-errors");
        RingWhen(bed, "1, 10 % 2");
        var began = bed.Aws.Time.GetUtcNow();
        var ended = await bed.Deployment(bed.Build("two"), "v2").BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.RolledBack, $"{ended.Phase}: {ended.Outcome}");
        Assert.Equal("the alarm 'resize-errors' rang while version 2 had 10 % of the calls: too many errors; all calls go to version 1 again", ended.Outcome);
        Assert.Equal(("1", "v1"), (bed.Alias(), bed.Recorded));
        Assert.True(bed.Aws.Time.GetUtcNow() - began < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Share_is_taken_back_even_where_nothing_is_known_to_be_good()
    {
        await using var bed = await ShiftingAsync((10, 5));
        bed.KnownGood = null;
        bed.Watch("resize-errors");
        RingWhen(bed, "1, 10 % 2");
        var ended = await bed.Deployment(bed.Build("two"), "v2").BeginAndRunAsync();

        Assert.Equal((Phase.Failed, "1"), (ended.Phase, bed.Alias()));
        Assert.Contains("all calls go to version 1 again; not rolled back", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Share_stays_for_people_to_look_at_where_the_policy_says_so()
    {
        await using var bed = await ShiftingAsync((10, 5));
        (bed.OnFailure, bed.KnownGood) = (OnFailure.Stay, null);
        bed.Watch("resize-errors");
        RingWhen(bed, "1, 10 % 2");
        var ended = await bed.Deployment(bed.Build("two"), "v2").BeginAndRunAsync();

        Assert.Equal("1, 10 % 2", bed.Alias());
        Assert.Contains("it keeps that share, as `on_failure` says stay", ended.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_shifted_while_an_alarm_rings_already()
    {
        await using var bed = await ShiftingAsync((10, 5));
        bed.Watch("resize-errors");
        bed.Alarm("resize-errors", "ALARM", "since yesterday");
        var ended = await bed.Deployment(bed.Build("two"), "v2").BeginAndRunAsync();

        Assert.Equal((Phase.Failed, "the alarm 'resize-errors' rings already (since yesterday); nothing was shifted, deploy again when it is quiet"), (ended.Phase, ended.Outcome));
        Assert.Equal("1", bed.Alias());
    }

    [Fact]
    public async Task Alias_that_somebody_else_moves_during_the_shift_is_left_to_them()
    {
        await using var bed = await ShiftingAsync((10, 5));
        var moved = false;
        bed.Aws.Emulator.Script.OnBefore = call =>
        {
            if (call.Operation != "GetAlias" || moved || bed.Alias() != "1, 10 % 2") return Task.CompletedTask;
            moved = true;
            bed.Change(lambda => lambda.Find(LambdaBed.Function)!.Aliases["live"] = new("live", "2"));
            bed.Change(lambda => lambda.Find(LambdaBed.Function)!.Aliases["live"].Weights["1"] = 0.5);
            return Task.CompletedTask;
        };
        var ended = await bed.Deployment(bed.Build("two"), "v2").BeginAndRunAsync();

        Assert.True(ended.Phase == Phase.Superseded, $"{ended.Phase}: {ended.Outcome}");
        Assert.Contains("is at version 2, with 50 % of the calls to version 1", ended.Outcome, StringComparison.Ordinal);
        Assert.Equal("2, 50 % 1", bed.Alias());
    }

    [Fact]
    public async Task Shift_of_somebody_else_that_is_under_way_is_not_broken_into()
    {
        await using var bed = await ShiftingAsync((10, 5));
        await bed.DeployAsync(bed.Build("two"), "v2");
        bed.Change(lambda => lambda.Find(LambdaBed.Function)!.Aliases["live"].Weights["1"] = 0.25);
        bed.KnownGood = null;
        var ended = await bed.Deployment(bed.Build("three"), "v3").BeginAndRunAsync();

        Assert.Equal(Phase.Failed, ended.Phase);
        Assert.StartsWith("the alias live is at version 2, with 25 % of the calls to version 1: somebody else shifts it gradually", ended.Outcome, StringComparison.Ordinal);
        Assert.Equal("2, 25 % 1", bed.Alias());
    }

    private static async Task<LambdaBed> ShiftingAsync(params (int Percent, int Minutes)[] stages)
    {
        var bed = await LambdaBed.StartAsync();
        await bed.DeployAsync(bed.Build("one"), "v1");
        bed.Shift(stages);
        return bed;
    }

    private static List<string> Recording(LambdaBed bed)
    {
        var seen = new List<string>();
        bed.Aws.Emulator.Script.OnAfter = call =>
        {
            if (call.Operation == "UpdateAlias") seen.Add(bed.Alias()!);
            return Task.CompletedTask;
        };
        return seen;
    }

    private static void RingWhen(LambdaBed bed, string alias) => bed.Aws.Emulator.Script.OnAfter = call =>
    {
        if (call.Operation == "UpdateAlias" && bed.Alias() == alias) bed.Alarm("resize-errors", "ALARM", "too many errors");
        return Task.CompletedTask;
    };
}
