using System.Text.Json;
using Towpath.Cli.Tests.Processes;

namespace Towpath.Cli.Tests.Commands;

public sealed class ValidateTests
{
    [Fact]
    public async Task Two_hundred_specs_are_valid()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 200; i++)
            folder.Write($"apps/app-{i}.yaml", $$"""
                name: app-{{i}}
                artifact: { kind: static-site, source: "builds/{sha}.zip" }
                environments:
                  dev: { auto_deploy: { branch: main }, target: { kind: local-site, root: dev-{{i}}, port: {{20000 + i}} } }
                  staging: { after: [dev], target: { kind: local-site, root: staging-{{i}}, port: {{30000 + i}} } }
                """);
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate");
        Assert.Equal((0, "200 applications are valid\n", ""), (ran.ExitCode, ran.Output, ran.Error));
    }

    [Fact]
    public async Task Every_error_is_said_with_file_line_and_column()
    {
        using var folder = new TemporaryFolder();
        folder.Write("delivery/apps/web.yaml", "name: web\nartefact: { kind: static-site, source: x }\nenvironments:\n  dev:\n    target: { kind: local-site, root: dev, prot: 1 }\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate", "delivery");
        Assert.Equal(2, ran.ExitCode);
        Assert.Empty(ran.Output);
        Assert.Contains("delivery/apps/web.yaml:2:1", ran.Error, StringComparison.Ordinal);
        Assert.Contains("delivery/apps/web.yaml:5:44", ran.Error, StringComparison.Ordinal);
        Assert.Contains("artifact", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web.yaml")]
    [InlineData("apps/old/web.yaml")]
    [InlineData("apps/web.txt")]
    public async Task File_that_nothing_reads_is_refused_and_never_called_valid(string file)
    {
        using var folder = new TemporaryFolder();
        folder.Write(file, "name: web\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate", file);
        Assert.Equal((2, ""), (ran.ExitCode, ran.Output));
        Assert.Contains($"{file} is none of the files that Towpath reads\nspecs are apps/<name>.yaml", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_the_errors_as_values()
    {
        using var folder = new TemporaryFolder();
        folder.Write("apps/web.yaml", "name: other\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate", "--json");
        Assert.Equal(2, ran.ExitCode);
        using var json = JsonDocument.Parse(ran.Output);
        Assert.False(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.All(json.RootElement.GetProperty("errors").EnumerateArray(), e => Assert.Equal("apps/web.yaml", e.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task Expanded_shows_the_defaults_merged_in()
    {
        using var folder = new TemporaryFolder();
        folder.Write("organization.yaml", "defaults:\n  version: v{run_number}\n");
        folder.Write("apps/web.yaml", "name: web\nartifact: { kind: static-site, source: x.zip }\nenvironments:\n  dev:\n    target: { kind: local-site, root: dev, port: 8081 }\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate", "apps/web.yaml", "--expanded");
        Assert.Equal(0, ran.ExitCode);
        Assert.Contains("v{run_number}", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operators_limits_count_where_there_are_any()
    {
        using var folder = new TemporaryFolder();
        folder.Write("towpath.yaml", "allow: { folders: [sites] }\n");
        folder.Write("apps/web.yaml", "name: web\nartifact: { kind: static-site, source: x.zip }\nenvironments:\n  dev:\n    target: { kind: local-site, root: /elsewhere, port: 8081 }\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate");
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("/elsewhere", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Path_that_is_not_there_is_named()
    {
        using var folder = new TemporaryFolder();
        var ran = await TowpathProcess.RunAsync(folder.Path, "validate", "nowhere");
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("there is no file or folder nowhere", ran.Error, StringComparison.Ordinal);
    }
}
