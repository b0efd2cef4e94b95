using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Xunit;

namespace Towpath.Core.Tests.Applications;

public sealed class BindingTests
{
    private const string Full = """
        name: web
        title: Customer portal
        repository: acme/web
        artifacts:
          site: { kind: static-site, source: "s3://builds/{slug}/{sha}.zip" }
          fn: { kind: function, source: "builds/{version}.zip" }
          image: { kind: container, source: registry.example.com:5000/acme/web }
          code: { kind: commit }
        version: ["{tag}", "sha-{short_sha}"]
        variables: { LOG_LEVEL: info, PORT: 8080, EMPTY: "", FLAG: true }
        environments:
          dev:
            auto_deploy: { branch: main }
            target: { kind: local-site, root: web-dev, port: 8081, listing: true, secrets: { A: env:NAME } }
            variables: { LOG_LEVEL: debug }
            verify:
              - http: { url: https://dev.example.com/health, status: 200, body: ok, headers: { X-Probe: towpath }, within: 2m }
              - command: { run: [./smoke.sh, 1], files: [smoke.sh], within: 5m }
          staging: { auto_deploy: { tag: "{slug}-v*" }, after: [dev], approvals: [{ role: staff }], target: { kind: local-site, root: web-staging } }
          production:
            after: [staging]
            approvals: [{ role: staff, count: 2 }, { role: client }]
            on_failure: stay
            target: { kind: local-site, root: web-production }
        """;

    private static readonly ConfigurationResult Result = Specs.Load(
        null, ("apps/web.yaml", Full), ("apps/smoke.sh", "exit 0\n"),
        ("organization.yaml", "roles:\n  staff: { users: [kim] }\n  client: { users: [pat@example.com], applications: [web] }\n  administrator: { users: [root] }\n"));

    private static readonly ApplicationSpec Web = Result.Application();

    private static EnvironmentSpec Environment(string name) => Web.FindEnvironment(name)!;

    [Fact]
    public void What_describes_the_application_is_bound()
    {
        Assert.Equal("Customer portal", Web.Title);
        Assert.Equal("acme/web", Web.Repository);
        Assert.Equal(["{tag}", "sha-{short_sha}"], Web.VersionPatterns);
    }

    [Fact]
    public void Artifacts_are_bound_in_order() => Assert.Equal(
        [
            new ArtifactSpec("site", ArtifactKind.StaticSite, "s3://builds/{slug}/{sha}.zip"),
            new ArtifactSpec("fn", ArtifactKind.Function, "builds/{version}.zip"),
            new ArtifactSpec("image", ArtifactKind.Container, "registry.example.com:5000/acme/web"),
            new ArtifactSpec("code", ArtifactKind.Commit, ""),
        ],
        Web.Artifacts);

    [Fact]
    public void One_artifact_has_the_default_name() =>
        Assert.Equal(Artifact.DefaultName, Assert.Single(Specs.Load(Specs.Web).Application().Artifacts).Name);

    [Fact]
    public void Environments_keep_the_order_of_the_file() => Assert.Equal(["dev", "staging", "production"], Web.Environments.Select(e => e.Name));

    [Fact]
    public void Policy_is_bound()
    {
        Assert.Equal(new AutoDeploy("main", null), Environment("dev").AutoDeploy);
        Assert.Equal(new AutoDeploy(null, "{slug}-v*"), Environment("staging").AutoDeploy);
        Assert.Null(Environment("production").AutoDeploy);
        Assert.Equal(["staging"], Environment("production").After);
        Assert.Equal<ApprovalNeed>([new ApprovalRule("staff", 2), new ApprovalRule("client")], Environment("production").Approvals);
        Assert.Equal(OnFailure.Stay, Environment("production").OnFailure);
        Assert.Equal(OnFailure.Rollback, Environment("staging").OnFailure);
    }

    [Fact]
    public void Approvals_are_bound_as_a_tree_and_whom_it_names_may_act_for_that_application_alone()
    {
        var result = Specs.Load(Approving("[{ role: administrator, count: 2 }, { any: [{ team: Acme/Ops }, { all: [{ user: Kim }, { role: viewer }] }] }]", "{ self: true, expires: 2d }"));
        var environment = result.Application().FindEnvironment("dev")!;

        Assert.Equal(["administrator 2", "team:acme/ops 1", "user:kim 1", "viewer 1"], environment.Approvals.SelectMany(need => need.Rules).Select(rule => $"{rule.Role} {rule.Count}"));
        Assert.Equal(new ApprovalRule("team:acme/ops"), Assert.IsType<AnyNeed>(environment.Approvals[1]).Of[0]);
        Assert.IsType<AllNeed>(Assert.IsType<AnyNeed>(environment.Approvals[1]).Of[1]);
        Assert.Equal(new ApprovalTerms(true, TimeSpan.FromDays(2)), environment.ApprovalTerms);

        var organization = result.Configuration!.Organization;
        Assert.Equal(["acme/ops"], organization.Teams);
        var staffed = organization.With(TeamRoster.Of([KeyValuePair.Create<string, IReadOnlyList<string>>("acme/ops", ["lee"])]));
        Assert.Equal(["user:kim"], staffed.RolesOf("KIM", "web"));
        Assert.Equal(["lee"], staffed.MembersOf("team:acme/ops", "web"));
        Assert.Empty(staffed.RolesOf("kim", "other"));
        Assert.Empty(staffed.MembersOf("team:acme/ops", "other"));
        Assert.Empty(organization.Roles);
    }

    private static string Approving(string approvals, string terms) =>
        $"name: web\nartifact: {{ kind: commit }}\nenvironments:\n  dev:\n    approvals: {approvals}\n    approval: {terms}\n    target: {{ kind: local-site, root: web-dev, port: 8081 }}\n";

    [Fact]
    public void Target_settings_are_json_of_their_rules_types() => Assert.Equal(
        """{"root":"web-dev","port":8081,"listing":true,"secrets":{"A":"env:NAME"}}""", Environment("dev").Target.Settings.ToJsonString());

    [Fact]
    public void Durations_are_bound_as_seconds_and_files_with_their_contents()
    {
        var (http, command) = (Environment("dev").Verify[0], Environment("dev").Verify[1]);
        Assert.Equal("""{"url":"https://dev.example.com/health","status":200,"body":"ok","headers":{"X-Probe":"towpath"},"within":120}""", http.Settings.ToJsonString());
        Assert.Equal("""{"run":["./smoke.sh","1"],"files":["smoke.sh"],"within":300}""", command.Settings.ToJsonString());
        Assert.Equal([KeyValuePair.Create("smoke.sh", "exit 0\n")], command.Files);
    }

    [Fact]
    public void Variables_of_the_environment_lie_over_those_of_the_application()
    {
        Assert.Equal("debug", Environment("dev").Variables["LOG_LEVEL"]);
        Assert.Equal("info", Environment("staging").Variables["LOG_LEVEL"]);
        Assert.Equal(("8080", "", "true"), (Environment("dev").Variables["PORT"], Environment("dev").Variables["EMPTY"], Environment("dev").Variables["FLAG"]));
    }

    [Fact]
    public void Roles_are_bound()
    {
        var organization = Result.Configuration!.Organization;
        Assert.Equal(["staff"], organization.RolesOf("kim", "web"));
        Assert.Equal(["client"], organization.RolesOf("pat@example.com", "web"));
        Assert.Empty(organization.RolesOf("pat@example.com", "other"));
        Assert.Equal(["kim"], organization.MembersOf("staff", "web"));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("required_checks: none", null)]
    [InlineData("required_checks: all", "")]
    [InlineData("required_checks: build", "build")]
    [InlineData("required_checks: [all]", "all")]
    [InlineData("required_checks: [build, \"Build (538437845459)\"]", "build|Build (538437845459)")]
    [Trait("Row", "N7")]
    public void Required_checks_are_all_or_none_or_names(string line, string? expected)
    {
        var spec = $"name: web\nrepository: acme/web\nartifact: {{ kind: commit }}\nenvironments:\n  dev:\n    {line}\n    target: {{ kind: local-site, root: d }}\n";
        var required = Specs.Load(spec).Application().FindEnvironment("dev")!.RequiredChecks;
        Assert.Equal(expected, required is null ? null : string.Join('|', required.Names));
    }

    [Theory]
    [InlineData("environments: { dev: { required_checks: all, target: { kind: local-site, root: d } } }")]
    [InlineData("environments: { dev: { target: { kind: local-site, root: d } } }\npreviews: { required_checks: [build], target: { kind: local-site, root: \"w-{pr}\" } }")]
    [Trait("Row", "N7")]
    public void Checks_are_those_of_a_repository(string keys)
    {
        Assert.Equal("missing-key", Assert.Single(Specs.Load($"name: web\nartifact: {{ kind: commit }}\n{keys}\n").Errors).Code);
        Assert.Empty(Specs.Load($"name: web\nrepository: acme/web\nartifact: {{ kind: commit }}\n{keys}\n").Errors);
    }

    [Theory]
    [InlineData("\"{tag}\"")]
    [InlineData("[\"{tag}\"]")]
    public void One_version_pattern_needs_no_list(string version) =>
        Assert.Equal(["{tag}"], Specs.Load(Specs.Web + $"version: {version}\n").Application().VersionPatterns);

    [Fact]
    public void Without_a_version_pattern_the_short_commit_is_the_label() =>
        Assert.Equal(["sha-{short_sha}"], Specs.Load(Specs.Web).Application().VersionPatterns);
}
