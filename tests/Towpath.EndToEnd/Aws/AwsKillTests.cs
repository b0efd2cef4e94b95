using System.Collections.Concurrent;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.Testing;

namespace Towpath.EndToEnd.Aws;

/// <summary>
/// The real `towpath deploy` is killed at its calls to AWS, before they arrive and after they had their effect, and called again: the outcome and what is left
/// are those of a deployment that nobody killed, and nothing was done twice. Every call that changes something is a point, and every few of those that look;
/// with <c>TOWPATH_KILLS=every</c> each call is, before and after it, in more rollouts, which takes half an hour.
/// </summary>
[Trait("Row", "T3")]
public sealed class AwsKillTests
{
    /// <summary>Between two calls that only look, one point is as good as the next.</summary>
    private const int LooksBetween = 8;

    private static readonly bool IsEvery = Environment.GetEnvironmentVariable("TOWPATH_KILLS") == "every";

    /// <summary>How a rollout can go besides: each by its name, with the spec's own limit and the service's configuration where it needs them.</summary>
    private static readonly Dictionary<string, (RolloutScript Script, Action<AwsScene> Prepare)> Rollouts = new(StringComparer.Ordinal)
    {
        ["image cannot be pulled"] = (RolloutScript.CannotPull("pull access denied"), _ => { }),
        ["hangs"] = (RolloutScript.Hangs(), scene => scene.WriteSpec("shop", EcsEstate.Spec.TrimEnd() + "\n      within: 8s\n")),
        ["superseded"] = (RolloutScript.Superseded(TimeSpan.FromSeconds(1)), _ => { }),
        ["stopped by hand"] = (RolloutScript.Stopped(TimeSpan.FromSeconds(1)), _ => { }),
        ["ECS's own rollback fails"] = (RolloutScript.Crashes() with { RollbackFails = true }, _ => { }),
        ["eventually consistent"] = (RolloutScript.Healthy() with { HiddenFromList = 2, StaleDescribes = 2 }, _ => { }),
        ["throttled and cut off"] = (RolloutScript.Healthy(), scene =>
        {
            foreach (var operation in (string[])["RegisterTaskDefinition", "DescribeServiceDeployments", "PutParameter"])
                scene.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.Throttle, Operation = operation });
            scene.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.DropAfter, Operation = "UpdateService" });
        }),
    };

    /// <summary>All of them where every call is wanted; of the others one that nothing else here is like.</summary>
    public static TheoryData<string> RolloutNames => IsEvery ? [.. Rollouts.Keys] : ["superseded"];

    [Fact]
    public Task Site_that_is_killed_anywhere_ends_as_if_it_had_not_been() => ProveAsync(new KillScenario(
        async () => await DeployedAsync(await SiteEstate.StartAsync(), "docs"),
        ["deploy", "docs", "--env", "dev", "--version", "sha-abc1234"], SiteEstate.State));

    [Fact]
    [Trait("Row", "N9")]
    public Task Site_that_fails_and_is_killed_anywhere_goes_back_all_the_same() => ProveAsync(new KillScenario(
        async () =>
        {
            var scene = await DeployedAsync(await SiteEstate.StartAsync(), "docs");
            scene.WriteSpec("docs", SiteEstate.Spec(NothingAnswers()));
            return scene;
        },
        ["deploy", "docs", "--env", "dev", "--version", "sha-abc1234"], SiteEstate.State));

    [Fact]
    public Task Service_that_is_killed_anywhere_ends_as_if_it_had_not_been() => ProveAsync(new KillScenario(
        async () => await AdoptedAsync(await EcsEstate.StartAsync(), "shop"),
        ["deploy", "shop", "--env", "dev", "--version", "sha-abc1234"], EcsEstate.State));

    [Fact]
    [Trait("Row", "N9")]
    public Task Service_that_crashes_and_is_killed_anywhere_goes_back_all_the_same() => ProveAsync(new KillScenario(
        async () =>
        {
            var scene = await AdoptedAsync(await EcsEstate.StartAsync(), "shop");
            scene.Script().Rollout("main", "web", RolloutScript.Crashes(1, "no database"));
            return scene;
        },
        ["deploy", "shop", "--env", "dev", "--version", "sha-abc1234"], EcsEstate.State));

    [Theory, MemberData(nameof(RolloutNames))]
    public Task Rollout_that_is_killed_anywhere_ends_as_if_it_had_not_been(string name) => ProveAsync(new KillScenario(
        async () =>
        {
            var scene = await AdoptedAsync(await EcsEstate.StartAsync(), "shop");
            Rollouts[name].Prepare(scene);
            scene.Script().Rollout("main", "web", Rollouts[name].Script);
            return scene;
        },
        ["deploy", "shop", "--env", "dev", "--version", "sha-abc1234"], EcsEstate.State));

    [Fact]
    public Task Function_that_is_killed_anywhere_ends_as_if_it_had_not_been() => ProveAsync(new KillScenario(
        async () => await DeployedAsync(await FunctionEstate.StartAsync(), "resize"),
        ["deploy", "resize", "--env", "dev", "--version", "sha-abc1234"], FunctionEstate.State));

    [Fact]
    [Trait("Row", "N9")]
    public Task Function_that_fails_and_is_killed_anywhere_goes_back_all_the_same() => ProveAsync(new KillScenario(
        async () =>
        {
            var scene = await DeployedAsync(await FunctionEstate.StartAsync(), "resize");
            scene.WriteSpec("resize", FunctionEstate.Spec(NothingAnswers()));
            return scene;
        },
        ["deploy", "resize", "--env", "dev", "--version", "sha-abc1234"], FunctionEstate.State));

    private static async Task ProveAsync(KillScenario scenario)
    {
        var run = new KillRun(scenario);
        var whole = await run.RunAsync(null);
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Points(whole.Calls), new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken },
            async (point, _) =>
            {
                var killed = await run.RunAsync(point);
                // How often something is looked at depends on the machine; what is changed does not.
                if (!killed.Killed && IsChange(point.Call)) wrong.Add($"not killed {point}, which was never reached");
                if (killed.Told != whole.Told) wrong.Add($"killed {point}: {killed.Told}");
            });
        Assert.True(wrong.IsEmpty, $"undisturbed: {whole.Told}\n{string.Join('\n', wrong.Order(StringComparer.Ordinal))}");
    }

    private static IEnumerable<KillPoint> Points(IReadOnlyList<string> calls)
    {
        var (looks, times) = (0, new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var call in calls)
        {
            var time = times[call] = times.GetValueOrDefault(call) + 1;
            if (IsChange(call) || IsEvery || looks++ % LooksBetween == 0) yield return new KillPoint(call, time, After: false);
            if (IsChange(call) || IsEvery) yield return new KillPoint(call, time, After: true);
        }
    }

    private static bool IsChange(string call) => AwsScene.IsChange(call.Split(':')[1]);

    /// <summary>Nothing listens there: the new version never proves itself.</summary>
    private static string NothingAnswers() => $"    verify: [{{ http: {{ url: \"http://127.0.0.1:{Ports.Free(1)[0]}/\", within: 1s }} }}]";

    /// <summary>With an earlier version that succeeded, so that there is something to go back to.</summary>
    private static async Task<AwsScene> DeployedAsync(AwsScene scene, string application)
    {
        await scene.JsonAsync(0, "deploy", application, "--env", "dev", "--version", "sha-abc1111");
        return scene;
    }

    private static async Task<AwsScene> AdoptedAsync(AwsScene scene, string application)
    {
        await scene.JsonAsync(0, "adopt", application, "--env", "dev", "--standalone");
        return scene;
    }
}
