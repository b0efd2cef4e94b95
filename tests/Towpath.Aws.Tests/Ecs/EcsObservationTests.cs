using System.Text.Json.Nodes;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.Ecs;

public sealed class EcsObservationTests
{
    [Fact, Trait("Row", "T16")]
    public async Task An_artifact_that_only_a_rule_runs_is_seen()
    {
        await using var bed = await EcsBed.StartAsync();
        bed.AddService("main", "reports", "report", "v0");
        bed.AddRule("nightly", "report:1");
        bed.Settings["container"] = "web";
        bed.Settings["scheduled_tasks"] = JsonNode.Parse("""[{"rule":"nightly","containers":{"report":"report"}}]""");

        var seen = await SeenAsync(bed, Artifact.DefaultName, "report");

        Assert.Equal((TargetHealth.Healthy, "service web: 2 of 2 tasks run, web:1; rule nightly: starts report:1"), (seen.Health, seen.Summary));
        Assert.Contains(seen.Artifacts, a => (a.Name, a.Digest) == ("report", Digest.Of("v0")));
    }

    [Fact, Trait("Row", "T16")]
    public async Task Units_that_run_other_bytes_of_one_artifact_are_told_and_are_nothing_to_adopt()
    {
        await using var bed = await EcsBed.StartAsync();
        bed.AddService("main", "worker", "worker", "v0");
        bed.Settings.Remove("service");
        bed.Settings["services"] = JsonNode.Parse("""[{"service":"web"},{"service":"worker"}]""");

        var seen = await SeenAsync(bed, Artifact.DefaultName);

        Assert.Equal(TargetHealth.Unhealthy, seen.Health);
        Assert.EndsWith($"not all run the same 'default': service web has {Digest.Of("v1").Short}, service worker has {Digest.Of("v0").Short}", seen.Summary, StringComparison.Ordinal);
        Assert.Equal([Digest.Of("v1"), Digest.Of("v0")], seen.Artifacts.Select(a => a.Digest));
    }

    [Fact]
    public async Task A_rule_that_is_gone_is_told()
    {
        await using var bed = await EcsBed.StartAsync();
        bed.Settings["scheduled_tasks"] = JsonNode.Parse("""[{"rule":"nightly"}]""");

        Assert.Contains("there is no rule nightly", Assert.IsType<ObserveResult.Refused>(await ObserveAsync(bed, Artifact.DefaultName)).Reason, StringComparison.Ordinal);
    }

    private static async Task<Observation> SeenAsync(EcsBed bed, params string[] artifacts) => Assert.IsType<ObserveResult.Seen>(await ObserveAsync(bed, artifacts)).Observation;

    private static Task<ObserveResult> ObserveAsync(EcsBed bed, params string[] artifacts) => bed.Aws.PassAsync(bed.Aws.NewProcess().GetServices<ITarget>().Single(t => t.Kind == "ecs").ObserveAsync(
        bed.Look() with { Artifacts = [.. artifacts.Select(name => new Core.Applications.ArtifactSpec(name, ArtifactKind.Container, EcsBed.Repository))] }, TestContext.Current.CancellationToken));
}
