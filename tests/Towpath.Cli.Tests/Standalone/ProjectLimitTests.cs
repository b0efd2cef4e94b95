using Towpath.Cli.Tests.Processes;
using Towpath.Testing;

namespace Towpath.Cli.Tests.Standalone;

/// <summary>Commands without a control plane, beside an operator's <c>towpath.yaml</c> with projects: nothing listens where they would ask.</summary>
public sealed class ProjectLimitTests
{
    [Theory]
    [InlineData("deploy web --env dev --version v1 --plan")]
    [InlineData("adopt web --env dev --standalone")]
    [InlineData("verify web")]
    [InlineData("observe web")]
    [Trait("Row", "O8")]
    public async Task What_another_project_owns_is_refused_before_anything_is_called(string arguments)
    {
        var ran = await RunAsync(arguments, "acme/web");
        Assert.Equal(ExitCodes.Wrong, ran.ExitCode);
        Assert.Contains("the AWS role 'arn:aws:iam::111111111111:role/tools-deploy' is outside of the project 'portal'", ran.Error, StringComparison.Ordinal);
        Assert.Contains("the bucket 'tools-builds' is outside of the project 'portal'", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acme/tools", "127.0.0.1:1")]
    [InlineData("acme/nobody", "no project in the operator's towpath.yaml lists the repository 'acme/nobody'")]
    public async Task What_is_a_project_s_own_is_asked_for(string repository, string words) =>
        Assert.Contains(words, (await RunAsync("deploy web --env dev --version v1 --commit 1111111111111111111111111111111111111111 --plan", repository)).Error, StringComparison.Ordinal);

    private static async Task<Ran> RunAsync(string arguments, string repository)
    {
        using var folder = new TemporaryFolder();
        folder.Write("apps/web.yaml", $$"""
            name: web
            repository: {{repository}}
            artifact: { kind: function, source: "s3://tools-builds/{slug}/{sha}.zip" }
            environments:
              dev: { target: { kind: lambda, region: us-east-1, role: "arn:aws:iam::111111111111:role/tools-deploy", function: web, bucket: tools-dev } }
            """);
        folder.Write("apps/other.yaml", $$"""
            name: other
            repository: acme/unlisted
            artifact: { kind: static-site, source: other.zip }
            environments: { dev: { target: { kind: local-site, root: dev, port: {{Ports.Free(1)[0]}} } } }
            """);
        folder.Write("towpath.yaml", """
            projects:
              portal: { repositories: [acme/web], roles: ["arn:aws:iam::111111111111:role/portal-*"], buckets: [portal-*] }
              tools: { repositories: [acme/tools], roles: ["arn:aws:iam::111111111111:role/tools-*"], buckets: [tools-*] }
            """);
        return await TowpathProcess.RunAsync(
            folder.Path, new Dictionary<string, string?> { ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1", ["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE", ["AWS_SECRET_ACCESS_KEY"] = "none" }, arguments.Split(' '));
    }
}
