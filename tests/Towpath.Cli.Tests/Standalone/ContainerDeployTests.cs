using Towpath.Cli.Tests.Processes;
using Towpath.Testing;

namespace Towpath.Cli.Tests.Standalone;

/// <summary>How <c>towpath deploy</c> takes references to images; nothing listens where they point to.</summary>
public sealed class ContainerDeployTests
{
    private const string Repository = "127.0.0.1:1/team/web";

    [Theory]
    [InlineData(null, Repository + ":v1")]
    [InlineData(Repository + ":other", Repository + ":other")]
    [InlineData(Repository + "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Repository + "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Image_is_asked_for_at_its_registry_and_is_no_path(string? given, string asked)
    {
        var ran = await DeployAsync(Repository, given);
        Assert.Equal(ExitCodes.Technical, ran.ExitCode);
        Assert.Contains($"127.0.0.1:1, reading the manifest of {asked}: unreachable", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reference_that_is_none_is_told_so()
    {
        var ran = await DeployAsync("127.0.0.1:1/Team/web", given: null);
        Assert.Equal(ExitCodes.Wrong, ran.ExitCode);
        Assert.Contains("'Team/web' in '127.0.0.1:1/Team/web:v1' is not a repository", ran.Error, StringComparison.Ordinal);
    }

    private static async Task<Ran> DeployAsync(string source, string? given)
    {
        using var folder = new TemporaryFolder();
        folder.Write("apps/web.yaml", $$"""
            name: web
            artifact: { kind: container, source: "{{source}}" }
            environments: { dev: { target: { kind: local-site, root: dev, port: {{Ports.Free(1)[0]}} } } }
            """);
        return await TowpathProcess.RunAsync(folder.Path, ["deploy", "web", "--env", "dev", "--version", "v1", "--plan", .. given is null ? Array.Empty<string>() : ["--artifact", given]]);
    }
}
