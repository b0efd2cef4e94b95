using System.Text.Json;
using Towpath.Cli.Tests.Processes;

namespace Towpath.Cli.Tests.Commands;

/// <summary>What is refused before AWS is asked anything.</summary>
public sealed class AwsBootstrapTests
{
    private const string Spec = """
        name: resize
        repository: acme/web-app
        artifact: { kind: function, source: "s3://acme-builds/builds/{slug}/{sha}.zip" }
        environments:
          dev:
            target: { kind: lambda, region: us-east-1, role: "arn:aws:iam::111111111111:role/administrator", function: resize, bucket: acme-resize-dev }
        """;

    [Fact]
    public async Task Spec_that_names_a_role_outside_of_its_project_gets_none()
    {
        var (exitCode, error) = await RunAsync("--plan");
        Assert.Equal(ExitCodes.Wrong, exitCode);
        Assert.Equal("invalid_specs", error.GetProperty("code").GetString());
        Assert.Contains("the AWS role 'arn:aws:iam::111111111111:role/administrator' is outside of the project 'portal'", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--github-id acme/web-app=1001", "is not OWNER/NAME=OWNER_ID/REPOSITORY_ID, such as acme/web=4711/815")]
    [InlineData("--github-id acme/*=1/2", "is not OWNER/NAME=OWNER_ID/REPOSITORY_ID, such as acme/web=4711/815")]
    [InlineData("--set /web/dev/bucket", "is not NAME=VALUE, such as /web/dev/bucket=acme-web-dev")]
    [InlineData("--subject *", "would let every run of a repository in, or none")]
    [InlineData("--principal arn:aws:iam::111111111111:root", "wildcards and whole accounts are refused")]
    [InlineData("--organization acme", "is no AWS organization's id")]
    [InlineData("--plan --apply", "--plan and --apply exclude each other")]
    public async Task Call_that_is_wrong_says_what_is_right(string arguments, string words)
    {
        var (exitCode, error) = await RunAsync(arguments, Spec.Replace("role/administrator", "role/towpath-deploy", StringComparison.Ordinal));
        Assert.Equal(ExitCodes.Wrong, exitCode);
        Assert.Contains(words, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, JsonElement Error)> RunAsync(string arguments, string spec = Spec)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "apps"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "apps", "resize.yaml"), spec, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "towpath.yaml"),
            """
            projects:
              portal: { repositories: [acme/web-app], roles: ["arn:aws:iam::111111111111:role/towpath-*"], buckets: [acme-*] }
            """, TestContext.Current.CancellationToken);
        var ran = await TowpathProcess.RunAsync(folder.Path, [.. $"aws bootstrap {arguments} --json".Split(' ')]);
        using var json = JsonDocument.Parse(ran.Output);
        return (ran.ExitCode, json.RootElement.GetProperty("error").Clone());
    }
}
