using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Xunit;

namespace Towpath.Core.Tests.Applications;

public sealed class BuildRulesTests
{
    [Fact]
    [Trait("Row", "O2")]
    public void Refs_are_those_of_auto_deploy_unless_the_spec_says_others()
    {
        var spec = Spec(new AutoDeploy("main", null), new AutoDeploy(null, "{slug}-v*"), new AutoDeploy("main", null), new AutoDeploy("**", null), null);
        Assert.Equal(["refs/heads/main", "refs/tags/web-v*"], spec.Builds.RefsOf(spec));
        Assert.Equal(["refs/heads/x"], new BuildRules { Refs = ["refs/heads/x"] }.RefsOf(spec));
        Assert.Empty(BuildRules.Standard.RefsOf(Spec()));
    }

    [Theory]
    [Trait("Row", "O2")]
    [InlineData(".github/workflows/build.yml", "acme/web/.github/workflows/build.yml@refs/heads/main", true)]
    [InlineData(".github/workflows/other.yml", "acme/shared/.github/workflows/ship.yml@refs/tags/v1", true)]
    [InlineData(".github/workflows/other.yml", "acme/shared/.github/workflows/ship.yml@refs/heads/v1", false)]
    [InlineData(".github/workflows/other.yml", "acme/web/.github/workflows/build.yml@refs/heads/main", false)]
    [InlineData(".github/workflows/x/build.yml", "acme/web/.github/workflows/x/build.yml@refs/heads/main", false)]
    [InlineData(".github/workflows/build.yml.yml", "acme/web/.github/workflows/build.yml.yml@refs/heads/main", false)]
    public void Workflow_is_the_one_that_was_started_or_a_reusable_one_with_its_ref(string path, string job, bool allowed)
    {
        var rules = new BuildRules { Workflows = [BuildRules.WorkflowPattern("build.yml"), BuildRules.WorkflowPattern("acme/shared/.github/workflows/ship.yml@refs/tags/v*")] };
        Assert.Equal(allowed, rules.AllowsWorkflow(path, job));
    }

    private static ApplicationSpec Spec(params IReadOnlyList<AutoDeploy?> rules) => new()
    {
        Name = "web", Artifacts = [new ArtifactSpec(Artifact.DefaultName, ArtifactKind.Commit, "")],
        Environments = [.. rules.Select((rule, i) => new EnvironmentSpec { Name = $"e{i}", AutoDeploy = rule, Target = new TargetSpec("fake", []) })],
    };
}
