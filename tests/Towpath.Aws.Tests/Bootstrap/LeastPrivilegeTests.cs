using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ecr.Repositories;
using Towpath.Aws.Ecs;
using Towpath.Aws.Lambda.Api;
using Towpath.Aws.S3;
using Towpath.Aws.Ssm;
using Towpath.Aws.Tests.Lambda;
using Towpath.Aws.Tests.StaticSite;
using Towpath.AwsEmulator.Oidc;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Tests.Bootstrap;

/// <summary>The roles that bootstrap makes are enough for a workflow to deploy, and for nothing else. The emulator enforces trust and policies.</summary>
[Trait("Row", "N15")]
[Trait("Row", "O8")]
public sealed class LeastPrivilegeTests
{
    [Fact]
    public async Task Workflow_deploys_a_function_with_a_token_alone_and_uses_every_permission_that_its_role_has()
    {
        await using var bed = await AppliedAsync();
        bed.Aws.Emulator.Calls.Clear();
        await DeployAsync(bed, "resize", bed.Build("resize", ArtifactKind.Function, LambdaBed.Zip("one"), "1111"), "v1");
        await DeployAsync(bed, "resize", bed.Build("resize", ArtifactKind.Function, LambdaBed.Zip("two"), "2222"), "v2");

        Assert.Equal("v2", bed.Ssm.ValueOf(EstateBed.Account, EstateBed.Region, "/resize/dev/version"));
        Assert.Equal(
            [
                "lambda:CreateAlias", "lambda:GetAlias", "lambda:GetFunctionConfiguration", "lambda:ListVersionsByFunction", "lambda:PublishVersion",
                "lambda:UpdateAlias", "lambda:UpdateFunctionCode", "s3:HeadBucket", "s3:HeadObject", "s3:PutObject", "ssm:GetParameters", "ssm:PutParameter",
            ], CalledBy(bed, "towpath-deploy-resize"));
        Assert.Equal(["s3:GetObject"], CalledBy(bed, "towpath-builds"));
    }

    [Fact]
    public async Task Workflow_deploys_a_site_with_a_token_alone()
    {
        await using var bed = await AppliedAsync();
        await DeployAsync(bed, "docs", bed.Build("docs", ArtifactKind.StaticSite, SiteBed.Zip(("index.html", "1"), ("old.html", "1")), "1111"), "v1");
        await DeployAsync(bed, "docs", bed.Build("docs", ArtifactKind.StaticSite, SiteBed.Zip(("index.html", "2")), "2222"), "v2");

        Assert.Equal(("2", null), (bed.S3.TextOf("acme-docs-dev", "index.html"), bed.S3.TextOf("acme-docs-dev", "old.html")));
    }

    [Fact]
    public async Task Workflow_deploys_a_service_with_a_token_alone_and_passes_on_no_role_but_its_tasks_own()
    {
        await using var bed = await AppliedAsync();
        var (one, two) = (bed.Push("1"), bed.Push("2"));
        await bed.RunServiceAsync(one);
        var report = await bed.ApplyAsync();
        Assert.Equal(["arn:aws:iam::111111111111:role/towpath-deploy-web"], report.Lines.Where(l => l.Done).Select(l => l.Name));
        await DeployAsync(bed, "web", two, "sha-2");

        Assert.Equal(two.Reference, bed.RunningImage);
        Assert.Equal("sha-2", bed.Ssm.ValueOf(EstateBed.Account, EstateBed.Region, "/web/dev/version"));
        var ecs = bed.Aws.NewProcess().GetRequiredService<EcsClient>();
        var definition = (JsonObject)JsonNode.Parse("""{"family":"web","taskRoleArn":"arn:aws:iam::111111111111:role/administrator","containerDefinitions":[{"name":"web","image":"web"}]}""")!;
        await DeniedAsync(bed, "iam:PassRole", () => ecs.RegisterAsync(EstateBed.As("towpath-deploy-web"), definition, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Role_of_one_application_reaches_nothing_of_another()
    {
        await using var bed = await AppliedAsync();
        bed.BeAWorkflow();
        var process = bed.Aws.NewProcess();
        var resize = EstateBed.As("towpath-deploy-resize");
        var token = TestContext.Current.CancellationToken;
        var ssm = process.GetRequiredService<SsmClient>();
        var s3 = process.GetRequiredService<S3Client>();

        await DeniedAsync(bed, "ssm:PutParameter", () => ssm.PutAsync(resize, "/docs/dev/key", "stolen", token));
        await DeniedAsync(bed, "ssm:GetParameters", () => ssm.GetAsync(resize, ["/docs/dev/bucket"], token));
        await DeniedAsync(bed, "s3:PutObject", () => s3.PutAsync(new S3Bucket(resize, "acme-docs-dev"), "index.html", S3Body.Of("x"u8.ToArray()), new S3Headers("text/html"), null, token));
        await DeniedAsync(bed, "s3:PutObject", () => s3.PutAsync(new S3Bucket(resize, EstateBed.Builds), "builds/resize/1.zip", S3Body.Of("x"u8.ToArray()), new S3Headers("application/zip"), null, token));
        await DeniedAsync(bed, "lambda:GetAlias", () => process.GetRequiredService<LambdaClient>().FindAliasAsync(resize, "thumbnail", "live", token));
        await DeniedAsync(bed, "ecr:BatchGetImage", () => process.GetRequiredService<RepositoryClient>().FindManifestAsync(resize, RepositoryName.Parse("111111111111.dkr.ecr.us-east-1.amazonaws.com/acme/web")!, ImageIdentifier.Tagged("v1"), token));
    }

    [Fact]
    public async Task Builds_push_to_their_repositories_and_prefixes_alone()
    {
        await using var bed = await AppliedAsync();
        bed.BeAWorkflow();
        var process = bed.Aws.NewProcess();
        var builds = EstateBed.As("towpath-builds");
        var s3 = process.GetRequiredService<S3Client>();
        var token = TestContext.Current.CancellationToken;
        Task PutAsync(string bucket, string key) => bed.Aws.PassAsync(s3.PutAsync(new S3Bucket(builds, bucket), key, S3Body.Of("x"u8.ToArray()), new S3Headers("application/zip"), null, token));

        await PutAsync(EstateBed.Builds, "builds/resize/1.zip");
        await DeniedAsync(bed, "s3:PutObject", () => PutAsync(EstateBed.Builds, "builds/other/1.zip"));
        await DeniedAsync(bed, "s3:PutObject", () => PutAsync("acme-docs-dev", "index.html"));
        await DeniedAsync(bed, "ssm:PutParameter", () => process.GetRequiredService<SsmClient>().PutAsync(builds, "/resize/dev/version", "v9", token));
        Assert.NotNull(await bed.Aws.PassAsync(process.GetRequiredService<RepositoryClient>().AuthorizeAsync(builds, token)));
    }

    [Fact]
    public async Task Management_role_itself_may_do_nothing_but_lead_on()
    {
        await using var bed = await AppliedAsync();
        bed.BeAWorkflow();
        var ssm = bed.Aws.NewProcess().GetRequiredService<SsmClient>();
        await DeniedAsync(bed, "ssm:GetParameters", () => ssm.GetAsync(new AwsScope(EstateBed.Region, null, "towpath-test"), ["/docs/dev/bucket"], TestContext.Current.CancellationToken));
        await DeniedAsync(bed, "sts:AssumeRole", () => ssm.GetAsync(EstateBed.As("administrator"), ["/docs/dev/bucket"], TestContext.Current.CancellationToken));
    }

    public static TheoryData<string, string> Strangers => new()
    {
        { "another repository", """{"sub":"repo:acme/other:ref:refs/heads/main","repository":"acme/other","repository_id":"7777"}""" },
        { "a repository of the same name that somebody made after the first was deleted", """{"repository_id":"7777"}""" },
        { "a pull request, whose code nobody has approved", """{"sub":"repo:acme/web-app:pull_request"}""" },
        { "another owner whose branch is called like the repository", """{"sub":"repo:mallory@9/x@8:ref:refs/heads/acme/web-app","repository_id":"8888"}""" },
        { "a run for another audience", """{"aud":"https://github.com/acme"}""" },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Token_of_a_stranger_gets_no_session(string who, string claims)
    {
        await using var bed = await AppliedAsync();
        bed.BeAWorkflow((JsonObject)JsonNode.Parse(claims)!);
        var ssm = bed.Aws.NewProcess().GetRequiredService<SsmClient>();
        var refused = await Assert.ThrowsAsync<AwsException>(() => bed.Aws.PassAsync(ssm.GetAsync(EstateBed.As("towpath-deploy-resize"), ["/resize/dev/function"], TestContext.Current.CancellationToken)));

        Assert.Equal("AssumeRoleWithWebIdentity", refused.Failure.Operation);
        Assert.True(refused.IsDenied || refused.IsAboutCredentials, $"{who}: {refused.Code}");
    }

    [Fact]
    public async Task Repository_that_was_moved_to_the_new_form_of_subjects_still_comes_in()
    {
        await using var bed = await AppliedAsync();
        bed.BeAWorkflow(new JsonObject { ["sub"] = "repo:acme@2002/web-app@1001:environment:production" });
        var found = await bed.Aws.PassAsync(bed.Aws.NewProcess().GetRequiredService<SsmClient>().GetAsync(EstateBed.As("towpath-deploy-resize"), ["/resize/dev/function"], TestContext.Current.CancellationToken));
        Assert.Equal("resize", found["/resize/dev/function"].Value);
        Assert.Equal(TestIssuer.GitHub, bed.Aws.Emulator.GitHub.Issuer);
    }

    private static async Task<EstateBed> AppliedAsync()
    {
        var bed = await EstateBed.StartAsync();
        var report = await bed.ApplyAsync();
        Assert.All(report.Lines, line => Assert.True(line.Failure is null, line.Words));
        return bed;
    }

    private static async Task DeployAsync(EstateBed bed, string application, Artifact artifact, string version)
    {
        bed.BeAWorkflow();
        var run = bed.Deployment(application, artifact, version);
        var ended = await run.BeginAndRunAsync();
        Assert.True(ended.Phase == Phase.Succeeded, $"{ended.Phase}: {ended.Outcome}\n{string.Join('\n', run.Journal.Lines)}");
    }

    private static async Task DeniedAsync(EstateBed bed, string action, Func<Task> call)
    {
        var denied = await Assert.ThrowsAsync<AwsException>(async () => await bed.Aws.PassAsync(Task.Run(async () =>
        {
            await call();
            return 0;
        })));
        Assert.True(denied.IsDenied, denied.Message);
        Assert.Contains(action, denied.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> CalledBy(EstateBed bed, string role) => bed.Aws.Emulator.Calls.All
        .Where(c => c.Principal.Contains($":assumed-role/{role}/", StringComparison.Ordinal)).Select(c => $"{c.Service}:{c.Operation}").Distinct().Order(StringComparer.Ordinal);
}
