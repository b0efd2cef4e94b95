using System.Text.Json.Nodes;
using Towpath.Aws.Bootstrap;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Aws.S3;
using Towpath.Aws.Ssm;
using Towpath.Aws.Tests.Lambda;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;

namespace Towpath.Aws.Tests.Bootstrap;

/// <summary>Where the operator keeps projects, the workflows of one reach nothing of another. The emulator's STS enforces who trusts whom.</summary>
[Trait("Row", "N15")]
[Trait("Row", "O8")]
public sealed class ProjectTests
{
    private const string OfPortal = EstateBed.Management + "-portal";
    private const string OfTools = EstateBed.Management + "-tools";
    private const string Host = "arn:aws:iam::111111111111:user/admin";

    private const string Thumbs = """
        === apps/thumbs.yaml
        name: thumbs
        repository: acme/tools
        artifact: { kind: function, source: "s3://acme-builds/builds/{slug}/{sha}.zip" }
        environments:
          dev:
            target: { kind: lambda, region: us-east-1, role: "arn:aws:iam::111111111111:role/tools-deploy", function: thumbs, bucket: acme-thumbs-dev }
        """;

    private static readonly JsonObject Tools = new() { ["sub"] = "repo:acme/tools:ref:refs/heads/main", ["repository"] = "acme/tools", ["repository_id"] = "3003" };

    private static AwsScope Deploy(string role) => EstateBed.As(role);

    [Fact]
    public async Task Each_project_has_a_management_role_that_lets_in_its_own_repositories_and_leads_to_its_own_roles()
    {
        await using var bed = await AppliedAsync();
        Assert.Null(bed.Iam.FindRole(EstateBed.Management));
        foreach (var (role, id, other) in new[] { (OfPortal, "1001", "3003"), (OfTools, "3003", "1001") })
        {
            Assert.Contains($"\"{id}\"", bed.Iam.FindRole(role)!.Trust, StringComparison.Ordinal);
            Assert.DoesNotContain(other, bed.Iam.FindRole(role)!.Trust, StringComparison.Ordinal);
        }

        Assert.Equal(["arn:aws:iam::111111111111:role/tools-deploy", EstateBed.Shared, EstateBed.Shared + "-tools"], Resources(bed, OfTools));
        Assert.Equal([OfTools], Trusted(bed, "arn:aws:iam::111111111111:role/tools-deploy"));
        Assert.Equal([OfPortal], Trusted(bed, "arn:aws:iam::111111111111:role/towpath-deploy-resize"));
        Assert.Equal([OfTools], Trusted(bed, EstateBed.Shared + "-tools"));
        Assert.DoesNotContain((await bed.PlanAsync()).Lines, line => line.State.IsToDo);
    }

    [Fact]
    public async Task Workflow_deploys_its_own_application_and_gets_no_session_for_that_of_another_project()
    {
        await using var bed = await AppliedAsync();
        bed.BeAWorkflow(management: OfPortal);
        var ended = await bed.Deployment("resize", bed.Build("resize", ArtifactKind.Function, LambdaBed.Zip("one"), "1111"), "v1").BeginAndRunAsync();
        Assert.Equal((Phase.Succeeded, null), (ended.Phase, ended.Outcome));

        bed.BeAWorkflow(Tools, OfTools);
        await RefusedAsync(bed, "AssumeRole", Deploy("towpath-deploy-resize"));
        await RefusedAsync(bed, "AssumeRole", Deploy("towpath-builds-portal"));
        bed.BeAWorkflow(Tools, OfPortal);
        await RefusedAsync(bed, "AssumeRoleWithWebIdentity", Deploy("towpath-deploy-resize"));
    }

    [Fact]
    public async Task Builds_of_a_project_are_pushed_by_its_own_role_and_read_by_everybody()
    {
        await using var bed = await AppliedAsync();
        bed.BeAWorkflow(Tools, OfTools);
        var s3 = bed.Aws.NewProcess().GetRequiredService<S3Client>();
        Task<string> PutAsync(string role, string key) => bed.Aws.PassAsync(s3.PutAsync(
            new S3Bucket(Deploy(role), EstateBed.Builds), key, S3Body.Of("x"u8.ToArray()), new S3Headers("application/zip"), null, TestContext.Current.CancellationToken));

        await PutAsync("towpath-builds-tools", "builds/thumbs/1.zip");
        Assert.True((await Assert.ThrowsAsync<AwsException>(() => PutAsync("towpath-builds-tools", "builds/resize/1.zip"))).IsDenied);
        Assert.True((await Assert.ThrowsAsync<AwsException>(() => PutAsync("towpath-builds", "builds/thumbs/1.zip"))).IsDenied);
        Assert.NotNull(await bed.Aws.PassAsync(s3.HeadAsync(new S3Bucket(Deploy("towpath-builds"), EstateBed.Builds), "builds/thumbs/1.zip", TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Host_of_a_control_plane_reaches_each_role_by_the_management_role_of_its_project()
    {
        await using var bed = await AppliedAsync(Host);
        var limits = bed.Request.Limits;
        var settings = bed.Request.Settings;
        bed.Aws.Credentials = options => new AwsCredentialChain(
            options with
            {
                Variable = name => options.Variable(name) ?? name switch { "AWS_ACCESS_KEY_ID" => bed.Aws.Emulator.Options.AccessKey, "AWS_SECRET_ACCESS_KEY" => bed.Aws.Emulator.Options.Secret, _ => null },
                ManagementRoleOf = role => limits.ProjectOfRole(role) is { } project ? settings.ManagementRoleOf(project) : null,
            },
            new AwsHttp(new SocketsHttpHandler()), new AwsEndpoints(options.Variable), bed.Aws.Time);
        var found = await bed.Aws.PassAsync(bed.Aws.NewProcess().GetRequiredService<SsmClient>().GetAsync(Deploy("towpath-deploy-resize"), ["/resize/dev/function"], TestContext.Current.CancellationToken));

        Assert.Equal("resize", found["/resize/dev/function"].Value);
        Assert.Contains(bed.Aws.Emulator.Calls.All, c => c.Operation == "AssumeRole" && c.Principal.Contains("assumed-role/towpath-management-portal/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Role_that_two_projects_name_or_allow_is_not_made()
    {
        await using var bed = await StartAsync();
        bed.Request = bed.Request with { Applications = [.. bed.Request.Applications.Select(a => a.Name == "docs" ? a with { Repository = "acme/tools" } : a)] };
        var docs = (await bed.PlanAsync()).Lines.Single(l => l.Name.EndsWith("towpath-deploy-docs", StringComparison.Ordinal));
        Assert.Equal("`roles` of the project portal allows it as well as that of tools; narrow it, so that a control plane knows whose it is", docs.State.Note);

        bed.Request = bed.Request with { Applications = [.. bed.Request.Applications.Select(a => a.Name == "thumbs" ? a with { Repository = "acme/web-app" } : a), bed.Applications["thumbs"] with { Name = "more" }] };
        Assert.Contains("environments of the projects portal and tools both name it", (await bed.PlanAsync()).Lines.First(l => l.Name.EndsWith("tools-deploy", StringComparison.Ordinal)).State.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_projects_with_one_management_role_are_refused()
    {
        await using var bed = await StartAsync();
        var projects = bed.Request.Limits.Projects.ToDictionary(p => p.Key, p => p.Value with { ManagementRole = OfPortal }, StringComparer.Ordinal);
        Assert.StartsWith($"{OfPortal} is the role of two projects", Assert.Single((bed.Request with { Limits = bed.Request.Limits with { Projects = projects } }).Problems()), StringComparison.Ordinal);
    }

    private static async Task<EstateBed> StartAsync()
    {
        var bed = await EstateBed.StartAsync(Thumbs);
        bed.Request = bed.Request with
        {
            GitHubIds = new Dictionary<string, GitHubId>(StringComparer.OrdinalIgnoreCase) { ["acme/web-app"] = new("2002", "1001"), ["acme/tools"] = new("2002", "3003") },
            Limits = OperatorLimits.Nothing with
            {
                Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal)
                {
                    ["portal"] = new(["acme/web-app"]) { Roles = ["arn:aws:iam::111111111111:role/towpath-*", "arn:aws:iam::222222222222:role/towpath-*"] },
                    ["tools"] = new(["acme/tools"]) { Roles = ["arn:aws:iam::111111111111:role/tools-*"] },
                },
            },
        };
        return bed;
    }

    private static async Task<EstateBed> AppliedAsync(params string[] principals)
    {
        var bed = await StartAsync();
        bed.Request = bed.Request with { Principals = principals };
        Assert.Empty(bed.Request.Problems());
        var report = await bed.ApplyAsync();
        Assert.All(report.Lines, line => Assert.True(line.Failure is null, line.Words));
        return bed;
    }

    private static async Task RefusedAsync(EstateBed bed, string operation, AwsScope scope)
    {
        var ssm = bed.Aws.NewProcess().GetRequiredService<SsmClient>();
        var refused = await Assert.ThrowsAsync<AwsException>(() => bed.Aws.PassAsync(ssm.GetAsync(scope, ["/resize/dev/function"], TestContext.Current.CancellationToken)));
        Assert.Equal((operation, true), (refused.Failure.Operation, refused.IsDenied));
    }

    private static IEnumerable<string> Resources(EstateBed bed, string role) =>
        JsonNode.Parse(bed.Iam.FindRole(role)!.Policies["towpath"])!["Statement"]![0]!["Resource"]!.AsArray().Select(r => (string)r!);

    private static IEnumerable<string> Trusted(EstateBed bed, string role) =>
        JsonNode.Parse(bed.Iam.FindRole(role)!.Trust)!["Statement"]![0]!["Principal"]!["AWS"]!.AsArray().Select(r => (string)r!);
}
