using Towpath.Core.Operators;
using Xunit;

namespace Towpath.Core.Tests.Operators;

public sealed class ProjectChecksTests
{
    private static readonly OperatorLimits Limits = new()
    {
        Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal)
        {
            ["other"] = new(["acme/other"]) { Roles = ["arn:aws:iam::222222222222:role/*"] },
            ["portal"] = new(["acme/web"])
            {
                Roles = ["arn:aws:iam::111111111111:role/*"], Parameters = ["/web/**"], Buckets = ["docs-*"], Secrets = ["web/**"], LogGroups = ["/ecs/web*"], Registries = ["ghcr.io/acme/*"],
            },
        },
    };

    [Theory]
    [InlineData("arn:aws:iam::111111111111:role/towpath", true)]
    [InlineData("arn:aws:iam::111111111111:role/admin/towpath", false)]
    [InlineData("arn:aws:iam::222222222222:role/towpath", false)]
    [InlineData("xarn:aws:iam::111111111111:role/towpath", false)]
    public void Role_is_allowed_by_a_pattern_of_its_own_project(string arn, bool isAllowed) =>
        Assert.Equal(isAllowed, ProjectChecks.Role(Limits.For("Acme/Web"), arn) is null);

    [Fact]
    public void A_target_without_a_role_needs_a_project_that_lists_the_control_plane_s_own_identity()
    {
        Assert.Equal(
            "the control plane's own AWS identity (the target names no `role`) is outside of the project 'portal'; ask the operator to add `own` under `projects.portal.roles` of towpath.yaml",
            ProjectChecks.Role(Limits.For("acme/web"), null));
        var own = new OperatorLimits { Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal) { ["portal"] = new(["acme/web"]) { Roles = ["own"] } } };
        Assert.Null(ProjectChecks.Role(own.For("acme/web"), null));
        Assert.NotNull(ProjectChecks.Role(own.For("acme/web"), "arn:aws:iam::111111111111:role/x"));
    }

    [Fact]
    public void Each_kind_has_patterns_of_its_own()
    {
        var limits = Limits.For("acme/web");
        Assert.All(
            [
                ProjectChecks.Parameter(limits, "/web/dev/tag"), ProjectChecks.Bucket(limits, "docs-dev"), ProjectChecks.Secret(limits, "web/db-AbCdEf"),
                ProjectChecks.LogGroup(limits, "/ecs/web-dev"), ProjectChecks.Registry(limits, "ghcr.io/acme/web"),
            ],
            Assert.Null);
        Assert.All(
            [
                ProjectChecks.Parameter(limits, "docs-dev"), ProjectChecks.Bucket(limits, "/web/x"), ProjectChecks.Secret(limits, "/web/x"),
                ProjectChecks.LogGroup(limits, "/web/x"), ProjectChecks.Registry(limits, "docs-dev"),
            ],
            Assert.NotNull);
    }

    [Fact]
    public void Refusal_says_what_the_operator_would_have_to_add()
    {
        Assert.Equal(
            "the bucket 'other' is outside of the project 'portal'; ask the operator to add it under `projects.portal.buckets` of towpath.yaml",
            ProjectChecks.Bucket(Limits.For("acme/web"), "other"));
        Assert.Equal(
            "the SSM parameter '/x' may not be used, as no project lists the repository 'acme/new'; ask the operator to add "
            + "`projects: { NAME: { repositories: [acme/new], parameters: [\"/x\"] } }` to towpath.yaml",
            ProjectChecks.Parameter(Limits.For("acme/new"), "/x"));
        Assert.Contains("names no `repository`", ProjectChecks.Role(Limits.For(null), "arn:aws:iam::111111111111:role/x"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_allowed_before_the_application_is_known() => Assert.NotNull(ProjectChecks.Bucket(Limits, "docs-dev"));

    [Fact]
    public void Author_who_runs_their_own_spec_is_not_held_to_projects() =>
        Assert.Null(ProjectChecks.Bucket(new OperatorLimits { Trusted = true }.For("acme/web"), "any"));
}
