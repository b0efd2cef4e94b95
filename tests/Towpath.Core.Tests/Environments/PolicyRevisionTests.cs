using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Tests.Applications;
using Xunit;

namespace Towpath.Core.Tests.Environments;

[Trait("Row", "T1")]
public sealed class PolicyRevisionTests
{
    private const string Spec = """
        name: web
        repository: acme/web
        title: Portal
        artifact: { kind: commit }
        variables: { A: a }
        environments:
          dev: { target: { kind: local-site, root: d } }
          test: { target: { kind: local-site, root: t } }
          production:
            after: [dev, test]
            approvals: [{ role: developer, count: 2 }]
            on_failure: rollback
            variables: { B: b }
            target: { kind: local-site, root: p, port: 8080 }
            verify:
              - http: { url: http://x/, within: 2m }
              - command: { run: [./smoke.sh], files: [smoke.sh] }
        """;

    private static readonly string Before = Revision(Spec);

    [Fact]
    public void Revision_is_pinned() => Assert.Equal("pol-769d", Before[..8]);

    [Theory]
    [InlineData("title: Portal", "title: Another")]
    [InlineData("title: Portal\n", "# a comment\n")]
    [InlineData("after: [dev, test]", "after:\n      - test\n      - dev")]
    [InlineData("root: p, port: 8080", "port: 8080, root: p")]
    [InlineData("count: 2 }]", "count:   2 }]   # two people")]
    [InlineData("within: 2m", "within: 120s")]
    [InlineData("root: d", "root: elsewhere")]
    [InlineData("    on_failure: rollback\n", "")]
    [InlineData("on_failure: rollback", "on_failure: rollback\n    required_checks: none")]
    [InlineData("on_failure: rollback", "on_failure: rollback\n    auto_deploy: { branch: main }")]
    [InlineData("on_failure: rollback", "on_failure: rollback\n    approval: { self: false }")]
    public void What_is_not_policy_of_the_environment_leaves_its_revision(string was, string becomes) =>
        Assert.Equal(Before, Revision(Edit(was, becomes)));

    [Theory]
    [InlineData("after: [dev, test]", "after: [dev]")]
    [InlineData("count: 2", "count: 1")]
    [InlineData("role: developer", "role: administrator")]
    [InlineData("approvals: [{ role: developer, count: 2 }]", "approvals: []")]
    [InlineData("role: developer, count: 2", "team: acme/ops, count: 2")]
    [InlineData("role: developer, count: 2", "user: kim")]
    [InlineData("{ role: developer, count: 2 }", "{ any: [{ role: developer, count: 2 }] }")]
    [InlineData("{ role: developer, count: 2 }", "{ all: [{ role: developer, count: 2 }] }")]
    [InlineData("on_failure: rollback", "on_failure: rollback\n    approval: { self: true }")]
    [InlineData("on_failure: rollback", "on_failure: rollback\n    approval: { expires: 7d }")]
    [InlineData("on_failure: rollback", "on_failure: rollback\n    required_checks: all")]
    [InlineData("on_failure: rollback", "on_failure: rollback\n    required_checks: [build]")]
    [InlineData("on_failure: rollback", "on_failure: stay")]
    [InlineData("port: 8080", "port: 8081")]
    [InlineData("root: p", "root: q")]
    [InlineData("within: 2m", "within: 3m")]
    [InlineData("run: [./smoke.sh]", "run: [./smoke.sh, --less]")]
    [InlineData("      - http: { url: http://x/, within: 2m }\n", "")]
    [InlineData("B: b", "B: c")]
    [InlineData("A: a", "A: c")]
    public void Whatever_someone_said_yes_to_changes_the_revision(string was, string becomes) =>
        Assert.NotEqual(Before, Revision(Edit(was, becomes)));

    [Fact]
    public void Contents_of_brought_files_are_policy() => Assert.NotEqual(Before, Revision(Spec, smoke: "exit 1\n"));

    [Fact]
    public void Settings_read_back_from_json_give_the_same_revision()
    {
        var environment = Environment(Spec, "exit 0\n");
        var read = environment with
        {
            Target = environment.Target with { Settings = JsonNode.Parse(environment.Target.Settings.ToJsonString().Replace("8080", "8.08e3", StringComparison.Ordinal))!.AsObject() },
        };
        Assert.Equal(Before, PolicyRevision.Of(read));
    }

    [Fact]
    public void Order_of_keys_never_matters_and_values_always_do()
    {
        var settings = Gen.Elements("a", "b", "c", "d").Zip(Gen.Choose(0, 3)).ListOf().Select(list => list.DistinctBy(pair => pair.Item1).ToArray());
        Prop.ForAll(settings.Two().ToArbitrary(), both =>
        {
            var same = both.Item1.ToHashSet().SetEquals(both.Item2);
            return Of(both.Item1) == Of(both.Item1.Reverse()) && (Of(both.Item1) == Of(both.Item2)) == same;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    private static string Of(IEnumerable<(string Name, int Value)> settings)
    {
        var json = new JsonObject();
        foreach (var (name, value) in settings) json[name] = value;
        return PolicyRevision.Of(new EnvironmentSpec { Name = "dev", Target = new TargetSpec("x", json) });
    }

    private static string Edit(string was, string becomes)
    {
        Assert.Contains(was, Spec, StringComparison.Ordinal);
        return Spec.Replace(was, becomes, StringComparison.Ordinal);
    }

    private static string Revision(string spec, string smoke = "exit 0\n") => PolicyRevision.Of(Environment(spec, smoke));

    private static EnvironmentSpec Environment(string spec, string smoke) =>
        Specs.Load(null, ("apps/web.yaml", spec), ("apps/smoke.sh", smoke)).Application().FindEnvironment("production")!;
}
