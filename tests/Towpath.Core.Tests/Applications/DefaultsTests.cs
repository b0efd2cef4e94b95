using Towpath.Core.Applications;
using Xunit;

namespace Towpath.Core.Tests.Applications;

public sealed class DefaultsTests
{
    private const string Defaults = """
        roles: { staff: { users: [kim] } }
        defaults:
          repository: acme/shared
          artifact: { kind: static-site, source: "builds/{slug}/{sha}.zip" }
          variables: { LOG: info, REGION: eu }
          environments:
            dev: { auto_deploy: { branch: main } }
            staging: { after: [dev], approvals: [{ role: staff }] }
            production: { after: [staging], approvals: [{ role: staff }, { role: administrator }] }
        """;

    private const string Targets = """
        name: web
        environments:
          production: { target: { kind: local-site, root: p } }
          dev: { target: { kind: local-site, root: d } }
          staging: { target: { kind: local-site, root: s } }

        """;

    [Fact]
    public void Mappings_merge_lists_and_text_replace_and_the_application_wins()
    {
        var web = Specs.Load("""
            name: web
            repository: acme/web
            variables: { LOG: debug }
            environments:
              dev: { target: { kind: local-site, root: d } }
              staging: { approvals: [], target: { kind: local-site, root: s } }
              production: { approvals: [{ role: developer }], target: { kind: local-site, root: p } }
            """, Defaults).Application();
        Assert.Equal("acme/web", web.Repository);
        Assert.Equal("builds/{slug}/{sha}.zip", web.Artifacts[0].Source);
        Assert.Equal(new AutoDeploy("main", null), web.FindEnvironment("dev")!.AutoDeploy);
        Assert.Equal("debug eu", string.Join(' ', web.FindEnvironment("dev")!.Variables.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => v.Value)));
        Assert.Empty(web.FindEnvironment("staging")!.Approvals);
        Assert.Equal([new ApprovalRule("developer")], web.FindEnvironment("production")!.Approvals);
    }

    [Fact]
    public void The_application_decides_the_order_of_the_environments_that_it_names() =>
        Assert.Equal(["production", "dev", "staging"], Specs.Load(Targets, Defaults).Application().Environments.Select(e => e.Name));

    [Fact]
    public void A_default_environment_applies_to_every_application_and_keeps_its_place()
    {
        const string Whole = """
            defaults:
              artifact: { kind: commit }
              environments:
                dev: { target: { kind: local-site, root: d } }
                staging: { target: { kind: local-site, root: s } }
                production: { target: { kind: local-site, root: p } }
                last: { target: { kind: local-site, root: l } }
            """;
        var web = Specs.Load("name: web\nenvironments: { production: { on_failure: stay }, own: { target: { kind: local-site, root: o } } }\n", Whole).Application();
        Assert.Equal(["dev", "staging", "production", "own", "last"], web.Environments.Select(e => e.Name));
    }

    [Fact]
    public void A_choice_of_the_application_displaces_that_of_the_defaults()
    {
        var web = Specs.Load("""
            name: web
            artifacts: { code: { kind: commit } }
            environments:
              dev: { auto_deploy: { tag: "v*" }, target: { kind: local-site, root: d } }
              staging: { target: { kind: local-site, root: s } }
              production: { target: { kind: local-site, root: p } }
            """, Defaults).Application();
        Assert.Equal("code", Assert.Single(web.Artifacts).Name);
        Assert.Equal(new AutoDeploy(null, "v*"), web.FindEnvironment("dev")!.AutoDeploy);
    }

    [Fact]
    public void Another_kind_replaces_the_default_whole()
    {
        var web = Specs.Load(Targets.Replace("name: web", "name: web\nartifact: { kind: commit }", StringComparison.Ordinal), Defaults).Application();
        Assert.Equal("", Assert.Single(web.Artifacts).Source);
    }

    [Fact]
    public void A_part_of_a_target_may_stand_in_the_defaults()
    {
        var web = Specs.Load("name: web\nenvironments: { dev: { target: { kind: local-site } } }\n",
            "defaults: { artifact: { kind: commit }, environments: { dev: { target: { root: shared } } } }\n").Application();
        Assert.Equal("shared", (string?)web.Environments[0].Target.Settings["root"]);
    }

    [Fact]
    public void Expanded_text_shows_the_merged_spec_and_reads_back_as_the_same()
    {
        var first = Specs.Load(Targets, Defaults);
        Testing.Snapshot.Matches(first.Expanded("web")!);
        var second = Specs.Load(first.Expanded("web")!, "roles: { staff: { users: [kim] } }\n");
        Assert.Equal(Policies(first.Application()), Policies(second.Application()));
        Assert.Equal(first.Expanded("web"), second.Expanded("web"));
        Assert.Null(first.Expanded("other"));
    }

    [Theory]
    [InlineData("\"0123\"")]
    [InlineData("'true'")]
    [InlineData("\"null\"")]
    [InlineData("\"a: b # c\"")]
    [InlineData("\"line\\nbreak\\ttab \\\"quoted\\\" \\\\\"")]
    [InlineData("'- x'")]
    [InlineData("\"{slug}\"")]
    [InlineData("\" padded \"")]
    [InlineData("\"\\u2028\\u00e4\\U0001F600\"")]
    [InlineData("|\n    several\n    lines\n")]
    [InlineData("plain, text")]
    [InlineData("häß")]
    public void Text_survives_being_written_and_read(string yaml)
    {
        var spec = Specs.Web + $"variables:\n  X: {yaml}\n";
        var first = Specs.Load(spec);
        var second = Specs.Load(first.Expanded("web")!);
        Assert.Equal(first.Application().Environments[0].Variables["X"], second.Application().Environments[0].Variables["X"]);
    }

    private static IEnumerable<string> Policies(ApplicationSpec spec) => spec.Environments.Select(Core.Environments.PolicyRevision.Of);
}
