using Xunit;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Core.Tests.Applications;

namespace Towpath.Core.Tests.Deployments;

public sealed class DeploymentPlannerTests
{
    [Fact]
    public async Task Artifact_that_a_narrowed_limit_excludes_is_not_deployed()
    {
        Assert.DoesNotContain("registries", (await PlanAsync(["ghcr.io/acme/**"], "ghcr.io/acme/web", null)).Reason, StringComparison.Ordinal);
        var refused = await PlanAsync(["ghcr.io/acme/api"], "ghcr.io/acme/web", null);
        Assert.Equal(
            ("the container repository 'ghcr.io/acme/web' is outside of the project 'portal'; ask the operator to add it under `projects.portal.registries` of towpath.yaml", RefusalKind.NotAllowed),
            (refused.Reason, refused.Kind));
    }

    [Fact]
    public async Task Nor_is_one_that_a_rollback_would_go_back_to()
    {
        var refused = await PlanAsync(["ghcr.io/acme/**"], "ghcr.io/acme/web", "ghcr.io/payroll/web");
        Assert.StartsWith("a rollback would go back to v1, and the container repository 'ghcr.io/payroll/web' is outside of the project 'portal'", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(RefusalKind.NotAllowed, refused.Kind);
    }

    [Fact]
    public async Task A_commit_is_no_place()
    {
        var commit = new Artifact(Artifact.DefaultName, ArtifactKind.Commit, "2222222222222222222222222222222222222222", Digest.Of("c"));
        Assert.Equal("a fake plans nothing", (await PlanAsync([], commit, null)).Reason);
    }

    private static Task<PlanOutcome.Refused> PlanAsync(IReadOnlyList<string> registries, string image, string? good) =>
        PlanAsync(registries, Image(image), good is null ? null : Image(good));

    private static async Task<PlanOutcome.Refused> PlanAsync(IReadOnlyList<string> registries, Artifact artifact, Artifact? good)
    {
        var limits = new OperatorLimits
        {
            Folders = ["web-dev"],
            Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal) { ["portal"] = new(["acme/web"]) { Registries = registries } },
        };
        var planner = new DeploymentPlanner(new TargetCatalog([new FakeSite()], []), [new FakeRegistry()], limits);
        var request = new PlanRequest(
            new EnvironmentKey("web", "dev"), new EnvironmentSpec { Name = "dev", Target = new TargetSpec("local-site", new JsonObject { ["root"] = "web-dev" }) },
            "v2", "2222222222222222222222222222222222222222", [artifact],
            good is null ? null : new RunningVersion(new DeploymentId("00000000000000000000000000000001"), "build-1", "v1", good.Digest, DateTimeOffset.UnixEpoch),
            good is null ? [] : [good], "acme/web");
        return Assert.IsType<PlanOutcome.Refused>(await planner.PlanAsync(request, TestContext.Current.CancellationToken));
    }

    private static Artifact Image(string repository) => new(Artifact.DefaultName, ArtifactKind.Container, repository, Digest.Of(repository));
}
