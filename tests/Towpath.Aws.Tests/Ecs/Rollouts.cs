using System.Text.Json.Nodes;
using Towpath.Aws.Tests.Bed;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Tests.Ecs;

/// <summary>How the new version's rollout goes, by name; everything else of a scenario is the same.</summary>
internal sealed record ScriptedRollout(string Name, RolloutScript Script)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    /// <summary>The service's deployment configuration; null for a circuit breaker that rolls back.</summary>
    public string? Configuration { get; init; }

    public Action<EcsBed> Prepare { get; init; } = _ => { };

    /// <summary>To Towpath these are the same calls with the same kinds of answers as of others, so that killing it around them shows nothing new.</summary>
    private static readonly string[] Alike =
        ["image cannot be pulled", "linear", "newer calls denied, hangs", "register denied", "canary hook fails", "killed for memory", "stopped by hand", "some tasks crash at first", "nothing known good, the migration fails"];

    public static IEnumerable<ScriptedRollout> ToKill => All.Where(s => !Alike.Contains(s.Name));

    public static IReadOnlyList<ScriptedRollout> All { get; } =
    [
        new("healthy", RolloutScript.Healthy(TimeSpan.FromSeconds(20))),
        new("some tasks crash at first", RolloutScript.Crashes(1, "no database yet") with { FirstTasks = 2, RetryAfter = TimeSpan.FromSeconds(1) }),
        new("breaker with rollback", RolloutScript.Crashes(3, "connecting", "FATAL: no database")) { Configuration = EcsBed.Breaker(rollback: true) },
        new("breaker without rollback", RolloutScript.Crashes(3, "connecting", "FATAL: no database")) { Configuration = EcsBed.Breaker(rollback: false) },
        new("crashes without a breaker", RolloutScript.Crashes(3, "FATAL: no database") with { RetryAfter = TimeSpan.FromSeconds(5) }) { Configuration = "{}", Prepare = Within("1m") },
        new("image cannot be pulled", RolloutScript.CannotPull("pull access denied")),
        new("killed for memory", new RolloutScript { Tasks = new TaskScript { EndsAfter = TimeSpan.FromMilliseconds(200), HealthyAfter = null, ExitCode = 137, ContainerReason = "OutOfMemoryError: Container killed due to memory usage" } }),
        new("alarm", RolloutScript.Alarmed(Soon)) { Configuration = """{"alarms":{"alarmNames":["web-5xx"],"enable":true,"rollback":true}}""" },
        new("hangs", RolloutScript.Hangs()) { Prepare = Within("1m") },
        new("superseded", RolloutScript.Superseded(Soon)),
        new("stopped by hand", RolloutScript.Stopped(Soon)),
        new("aborted by hand", RolloutScript.Stopped(Soon, "ABORT")),
        new("ECS's own rollback fails", RolloutScript.Crashes() with { RollbackFails = true }),
        new("eventually consistent", RolloutScript.Healthy(TimeSpan.FromSeconds(20)) with { HiddenFromList = 3, StaleDescribes = 3 }),
        new("blue/green", RolloutScript.Healthy(Soon)) { Configuration = """{"strategy":"BLUE_GREEN","bakeTimeInMinutes":1}""" },
        new("canary", RolloutScript.Healthy(Soon) with { Minute = TimeSpan.FromSeconds(2) })
        {
            Configuration = """{"strategy":"CANARY","bakeTimeInMinutes":1,"canaryConfiguration":{"canaryPercent":10,"canaryBakeTimeInMinutes":2}}""",
        },
        new("linear", RolloutScript.Healthy(Soon) with { Minute = TimeSpan.FromSeconds(1) })
        {
            Configuration = """{"strategy":"LINEAR","bakeTimeInMinutes":1,"linearConfiguration":{"stepPercent":50,"stepBakeTimeInMinutes":2}}""",
        },
        new("PAUSE hook that somebody continues later than `within`", RolloutScript.Healthy(Soon) with { Minute = TimeSpan.FromSeconds(30) })
        {
            Configuration = """{"strategy":"BLUE_GREEN","lifecycleHooks":[{"targetType":"PAUSE","lifecycleStages":["POST_TEST_TRAFFIC_SHIFT"],"timeoutConfiguration":{"timeoutInMinutes":5,"action":"CONTINUE"}}]}""",
            Prepare = Within("1m"),
        },
        new("newer calls denied, healthy", RolloutScript.Healthy(TimeSpan.FromSeconds(20))) { Prepare = DenyNewer },
        new("newer calls denied, breaker with rollback", RolloutScript.Crashes(3, "FATAL: no database")) { Prepare = DenyNewer },
        new("newer calls denied, hangs", RolloutScript.Hangs()) { Prepare = bed => { Within("1m")(bed); DenyNewer(bed); } },
        new("throttled, faults and cut connections", RolloutScript.Healthy(TimeSpan.FromSeconds(20)))
        {
            Prepare = bed =>
            {
                foreach (var operation in (string[])["UpdateService", "RegisterTaskDefinition", "DescribeServiceDeployments", "PutParameter"])
                    bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.Throttle, Operation = operation });
                bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.Internal, Operation = "DescribeServices", After = 2 });
                bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.DropAfter, Operation = "UpdateService" });
                bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.DropBefore, Operation = "DescribeTaskDefinition", After = 1 });
            },
        },
        new("migration", RolloutScript.Healthy(Soon)) { Prepare = Migration(TaskScript.Ends(0, "42 migrations applied")) },
        new("migration fails", RolloutScript.Healthy(Soon)) { Prepare = Migration(TaskScript.Ends(2, "migrating", "relation exists already")) },
        new("migration, then the rollout fails", RolloutScript.Crashes(3, "FATAL: no database")) { Prepare = Migration(TaskScript.Ends(0, "42 migrations applied"), TaskScript.Ends(0, "42 migrations taken back")) },
        new("migration hangs", RolloutScript.Healthy(Soon)) { Prepare = Migration(TaskScript.NeverEnds("migrating"), TaskScript.Ends(0)) },
        new("update denied", RolloutScript.Healthy(Soon)) { Prepare = bed => bed.Aws.Emulator.Script.Deny("ecs:UpdateService") },
        new("register denied", RolloutScript.Healthy(Soon)) { Prepare = bed => bed.Aws.Emulator.Script.Deny("ecs:RegisterTaskDefinition") },
        new("canary hook fails", RolloutScript.Healthy(Soon) with { FailingHook = "POST_TEST_TRAFFIC_SHIFT" })
        {
            Configuration = """{"strategy":"CANARY","lifecycleHooks":[{"hookTargetArn":"arn:aws:lambda:us-east-1:111111111111:function:check","lifecycleStages":["POST_TEST_TRAFFIC_SHIFT"],"roleArn":"arn:aws:iam::111111111111:role/hooks"}]}""",
        },
        new("somebody deploys while the migration runs", RolloutScript.Healthy(Soon))
        {
            Prepare = bed =>
            {
                Migration(TaskScript.Ends(0, "42 migrations applied"))(bed);
                bed.DeployedByOthersAfter("RunTask");
            },
        },
        new("somebody deploys while it registers", RolloutScript.Healthy(Soon)) { Prepare = bed => bed.DeployedByOthersAfter("RegisterTaskDefinition") },
        new("two services and a rule, one crashes", RolloutScript.Healthy(TimeSpan.FromSeconds(20)))
        {
            IsKilledAtChangesOnly = true,
            Prepare = bed =>
            {
                bed.AddService("main", "worker", "worker");
                bed.AddRule("nightly", "web:1");
                bed.Script.Rollout("main", "worker", RolloutScript.Crashes(3, "FATAL: no queue"));
                bed.Settings.Remove("service");
                bed.Settings["services"] = JsonNode.Parse("""[{"service":"web"},{"service":"worker"}]""");
                bed.Settings["scheduled_tasks"] = JsonNode.Parse("""[{"rule":"nightly"}]""");
            },
        },
        new("two services of one name and family", RolloutScript.Healthy(Soon))
        {
            Prepare = bed =>
            {
                bed.AddService("other", "web", "web");
                bed.Settings.Remove("service");
                bed.Settings["services"] = JsonNode.Parse("""[{"service":"web","containers":{"one":"web"}},{"service":"web","cluster":"other","containers":{"two":"web"}}]""");
                bed.KnownGood = null;
            },
            Artifacts = [EcsBed.Image("v2", "one"), EcsBed.Image("v3", "two")],
        },
        new("nothing known good, the rollout fails", RolloutScript.Crashes(3, "FATAL: no database"))
        {
            Configuration = EcsBed.Breaker(rollback: false),
            Prepare = bed =>
            {
                Migration(TaskScript.Ends(0, "42 migrations applied"), TaskScript.Ends(0, "42 migrations taken back"))(bed);
                bed.KnownGood = null;
            },
        },
        new("nothing known good, the migration fails", RolloutScript.Healthy(Soon))
        {
            Prepare = bed =>
            {
                Migration(TaskScript.Ends(2, "relation exists already"), TaskScript.Ends(0))(bed);
                bed.KnownGood = null;
            },
        },
    ];

    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];

    /// <summary>Its looks are those of other scenarios: it is killed only around what it changes.</summary>
    public bool IsKilledAtChangesOnly { get; init; }

    public BedRun Deployment(EcsBed bed) => bed.Deployment("v2", Artifacts);

    public async Task<EcsBed> StartAsync()
    {
        var bed = await EcsBed.StartAsync(Configuration);
        Prepare(bed);
        bed.Change(region =>
        {
            region.Alarms.Set("web-5xx", "OK", "");
            return 0;
        });
        bed.Script.Rollout("main", "web", Script);
        return bed;
    }

    public override string ToString() => Name;

    private static void DenyNewer(EcsBed bed)
    {
        foreach (var operation in (string[])["ListServiceDeployments", "DescribeServiceDeployments", "DescribeServiceRevisions", "StopServiceDeployment"])
            bed.Aws.Emulator.Script.Deny($"ecs:{operation}");
    }

    private static Action<EcsBed> Migration(params TaskScript[] tasks) => bed =>
    {
        bed.Settings["migration"] = new JsonObject { ["command"] = new JsonArray("bin/migrate"), ["rollback"] = new JsonArray("bin/migrate", "down"), ["timeout"] = 60 };
        foreach (var task in tasks) bed.Script.Task("main", "web", task);
    };

    private static Action<EcsBed> Within(string duration) => bed => bed.Settings["within"] = duration == "1m" ? (JsonNode)60 : throw new ArgumentOutOfRangeException(nameof(duration));
}
