using System.Text.Json;
using Towpath.Cli.Tests.Processes;

namespace Towpath.Cli.Tests.Commands;

/// <summary>Deliverybot files, read on a developer's machine as the control plane reads them.</summary>
[Trait("Row", "D2")]
public sealed class ValidateDeliverybotTests
{
    private const string Name = ".github/deploy.yml";

    private const string Good = """
        staging:
          auto_deploy_on: refs/heads/main
          required_contexts: [build]
          environment: staging
        prod_east:
          required_contexts: []
        review:
          auto_deploy_on: pr
          transient_environment: true
          environment: pr${{ pr }}
        """;

    [Theory]
    [InlineData(Name)]
    [InlineData("--deliverybot")]
    [InlineData("--deliverybot", ".")]
    public async Task Good_file_is_told_with_what_its_targets_become(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        folder.Write(Name, Good);
        var ran = await TowpathProcess.RunAsync(folder.Path, ["validate", .. arguments]);
        Assert.Equal((0, """
            .github/deploy.yml is valid; its targets become:
              environment staging: auto_deploy: branch main; required_checks: build; GitHub's environment: staging
              environment prod-east: auto_deploy: never; required_checks: none; GitHub's environment: production
              preview review: auto_deploy: every pull request; required_checks: all; GitHub's environment: pr${{ pr }}

            """), (ran.ExitCode, ran.Output));
        Assert.Contains(".github/deploy.yml:7: review: there are no 'required_contexts'", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_problem_is_told_with_its_place_as_the_control_plane_tells_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write(Name, "staging:\n  auto_merge: maybe\nproduction:\n  required_contexts: all\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate", Name);
        Assert.Equal((2, ""), (ran.ExitCode, ran.Output));
        foreach (var place in (string[])[".github/deploy.yml:2:15: ", ".github/deploy.yml:4:22: "]) Assert.Contains(place, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_environments_and_notes_and_errors_as_values()
    {
        using var folder = new TemporaryFolder();
        folder.Write("old.yml", Good);
        using (var json = JsonDocument.Parse((await TowpathProcess.RunAsync(folder.Path, "validate", "--deliverybot", "old.yml", "--json")).Output))
        {
            var file = Assert.Single(json.RootElement.GetProperty("deliverybot").EnumerateArray());
            Assert.Equal(["staging", "prod-east", "review"], file.GetProperty("environments").EnumerateArray().Select(one => one.GetProperty("name").GetString()!));
            Assert.Equal("prod_east", file.GetProperty("environments")[1].GetProperty("target").GetString());
            Assert.Contains(file.GetProperty("notes").EnumerateArray(), note => note.GetProperty("code").GetString() == "no-checks");
        }

        folder.Write("old.yml", "[]\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate", "--deliverybot", "old.yml", "--json");
        using var wrong = JsonDocument.Parse(ran.Output);
        Assert.Equal((2, "old.yml"), (ran.ExitCode, Assert.Single(wrong.RootElement.GetProperty("errors").EnumerateArray()).GetProperty("file").GetString()));
    }

    [Fact]
    public async Task File_of_another_name_and_a_folder_without_specs_say_how_it_is_read()
    {
        using var folder = new TemporaryFolder();
        folder.Write("old.yml", Good);
        Assert.Contains("Add --deliverybot", (await TowpathProcess.RunAsync(folder.Path, "validate", "old.yml")).Error, StringComparison.Ordinal);
        folder.Write(Name, Good);
        Assert.Contains($"towpath validate {Name}", (await TowpathProcess.RunAsync(folder.Path, "validate")).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await TowpathProcess.RunAsync(folder.Path, "validate", "--deliverybot", "nowhere")).ExitCode);
    }

    [Fact]
    public async Task Spec_and_file_are_checked_in_one_go()
    {
        using var folder = new TemporaryFolder();
        folder.Write(Name, Good);
        folder.Write("apps/web.yaml", "name: web\nartifact: { kind: static-site, source: x.zip }\nenvironments:\n  dev:\n    target: { kind: local-site, root: dev, port: 8081 }\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate", ".", Name);
        Assert.Equal(0, ran.ExitCode);
        Assert.EndsWith("\n1 application is valid\n", ran.Output, StringComparison.Ordinal);
    }
}
