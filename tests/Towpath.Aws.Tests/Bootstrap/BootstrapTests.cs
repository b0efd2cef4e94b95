using System.Text.Json.Nodes;
using Amazon.Runtime;
using Towpath.Aws.Bootstrap;
using Towpath.Aws.Bootstrap.Policies;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Aws.S3;
using Towpath.Aws.Tests.Bed;
using Towpath.AwsEmulator.Calling;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Tests.Bootstrap;

public sealed class BootstrapTests
{
    private static readonly string[] Kinds = ["repository", "bucket", "parameter", "identity provider", "role"];
    private static readonly string[] Reads = ["Get", "Describe", "List", "Head"];

    [Fact]
    [Trait("Row", "O7")]
    public async Task Plan_tells_what_is_missing_and_changes_nothing()
    {
        await using var bed = await EstateBed.StartAsync();
        var report = await bed.PlanAsync();

        Assert.Equal(EstateBed.Account, report.Account);
        Assert.Equal(
            [
                "repository 111111111111.dkr.ecr.us-east-1.amazonaws.com/acme/web: Create",
                "bucket acme-builds: Create",
                "bucket acme-resize-dev: Same",
                "bucket ssm:/docs/dev/bucket: Same",
                "parameter /docs/dev/bucket (us-east-1): Same",
                "parameter /docs/dev/distribution (us-east-1): Same",
                "parameter /resize/dev/function (us-east-1): Create",
                "identity provider https://token.actions.githubusercontent.com: Create",
                "role arn:aws:iam::111111111111:role/towpath-builds: Create",
                "role arn:aws:iam::111111111111:role/towpath-deploy-docs: Create",
                "role arn:aws:iam::111111111111:role/towpath-deploy-resize: Create",
                "role arn:aws:iam::111111111111:role/towpath-deploy-web: Blocked",
                "role arn:aws:iam::111111111111:role/towpath-management: Create",
                "role arn:aws:iam::222222222222:role/towpath-deploy-web: Elsewhere",
            ], report.Lines.Select(l => $"{l.Kind} {l.Name}: {l.State.Verb}").OrderBy(l => Array.FindIndex(Kinds, k => l.StartsWith(k, StringComparison.Ordinal))).ThenBy(l => l, StringComparer.Ordinal));
        Assert.Contains("the service web in main", Line(report, "1:role/towpath-deploy-web").State.Note, StringComparison.Ordinal);
        Assert.All(bed.Aws.Emulator.Calls.All, call => Assert.Contains(Reads, read => call.Operation.StartsWith(read, StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Row", "O1")]
    [Trait("Row", "O7")]
    public async Task What_was_applied_needs_nothing_more()
    {
        await using var bed = await EstateBed.StartAsync();
        var applied = await bed.ApplyAsync();
        Assert.All(applied.Lines, line => Assert.True(line.Failure is null, line.Words));
        Assert.Equal(8, applied.Lines.Count(l => l.Done));
        bed.Aws.Emulator.Calls.Clear();
        var again = await bed.ApplyAsync();

        Assert.DoesNotContain(again.Lines, line => line.State.IsToDo);
        Assert.All(bed.Aws.Emulator.Calls.All, call => Assert.Contains(Reads, read => call.Operation.StartsWith(read, StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Row", "O7")]
    [Trait("Row", "O8")]
    public async Task Awscli_reads_back_what_was_made()
    {
        await using var bed = await EstateBed.StartAsync();
        await bed.ApplyAsync();
        Task<JsonNode> AwsAsync(string arguments) => Awscli.RunAsync(bed.Aws.Emulator, arguments.Split(' '));

        var repository = (await AwsAsync("ecr describe-repositories --repository-names acme/web"))["repositories"]![0]!;
        Assert.Equal(("IMMUTABLE", true), ((string)repository["imageTagMutability"]!, (bool)repository["imageScanningConfiguration"]!["scanOnPush"]!));
        var rules = JsonNode.Parse((string)(await AwsAsync("ecr get-lifecycle-policy --repository-name acme/web"))["lifecyclePolicyText"]!)!["rules"]!.AsArray();
        Assert.Equal(["v*", "sha-*", null], rules.Select(r => (string?)r!["selection"]!["tagPatternList"]?[0]));
        Assert.Equal([10, 10, 14], rules.Select(r => (int)r!["selection"]!["countNumber"]!));
        Assert.Contains("o-a1b2c3d4e5", (string)(await AwsAsync("ecr get-repository-policy --repository-name acme/web"))["policyText"]!, StringComparison.Ordinal);
        Assert.Equal("Enabled", (string)(await AwsAsync("s3api get-bucket-versioning --bucket acme-builds"))["Status"]!);
        Assert.Equal(30, (int)(await AwsAsync("s3api get-bucket-lifecycle-configuration --bucket acme-builds"))["Rules"]![0]!["NoncurrentVersionExpiration"]!["NoncurrentDays"]!);
        Assert.True((bool)(await AwsAsync("s3api get-public-access-block --bucket acme-builds"))["PublicAccessBlockConfiguration"]!["RestrictPublicBuckets"]!);
        var role = (await AwsAsync("iam get-role --role-name towpath-management"))["Role"]!;
        Assert.Equal(3600, (int)role["MaxSessionDuration"]!);
        Assert.Contains("1001", role["AssumeRolePolicyDocument"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("resize", (string)(await AwsAsync("ssm get-parameter --name /resize/dev/function"))["Parameter"]!["Value"]!);
    }

    [Fact]
    public async Task Policy_that_somebody_widened_is_shown_line_by_line_and_put_right()
    {
        await using var bed = await EstateBed.StartAsync();
        await bed.ApplyAsync();
        bed.Iam.FindRole("arn:aws:iam::111111111111:role/towpath-deploy-resize")!.Policies["towpath"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";
        var line = Line(await bed.PlanAsync(), "towpath-deploy-resize");
        var aspect = Assert.Single(line.State.Aspects);

        Assert.Equal((EstateVerb.Change, "policy"), (line.State.Verb, line.State.Note));
        var diff = TextDiff.Of(PolicyText.Canonical(aspect.Before!), PolicyText.Canonical(aspect.After));
        Assert.Contains(diff, l => l.StartsWith('-') && l.Contains("\"Action\": \"*\"", StringComparison.Ordinal));
        Assert.Contains(diff, l => l.StartsWith('+') && l.Contains("lambda:UpdateAlias", StringComparison.Ordinal));
        Assert.True(Line(await bed.ApplyAsync(), "towpath-deploy-resize").Done);
        Assert.Equal(EstateVerb.Same, Line(await bed.PlanAsync(), "towpath-deploy-resize").State.Verb);
    }

    [Fact]
    [Trait("Row", "O1")]
    public async Task Repository_and_bucket_that_somebody_loosened_are_put_right_and_the_bucket_keeps_its_other_rules()
    {
        await using var bed = await EstateBed.StartAsync();
        await bed.ApplyAsync();
        Task<JsonNode> AwsAsync(params string[] arguments) => Awscli.RunAsync(bed.Aws.Emulator, arguments);
        await AwsAsync("ecr", "put-image-tag-mutability", "--repository-name", "acme/web", "--image-tag-mutability", "MUTABLE");
        await AwsAsync("ecr", "put-image-scanning-configuration", "--repository-name", "acme/web", "--image-scanning-configuration", "scanOnPush=false");
        bed.S3.Configure("acme-builds", "lifecycle", "<LifecycleConfiguration><Rule><ID>logs</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule></LifecycleConfiguration>");
        var report = await bed.PlanAsync();

        Assert.Equal("tags, scan on push", Line(report, "acme/web").State.Note);
        Assert.Equal("lifecycle", Line(report, "acme-builds").State.Note);
        await bed.ApplyAsync();
        Assert.DoesNotContain((await bed.PlanAsync()).Lines, line => line.State.IsToDo);
        var rules = (await AwsAsync("s3api", "get-bucket-lifecycle-configuration", "--bucket", "acme-builds"))["Rules"]!.AsArray();
        Assert.Equal(["logs", "towpath-replaced-versions"], rules.Select(r => (string)r!["ID"]!));
    }

    [Fact]
    [Trait("Row", "O7")]
    public async Task What_others_wrote_into_the_policies_of_bucket_and_repository_stays_and_the_plan_shows_what_changes()
    {
        await using var bed = await EstateBed.StartAsync();
        await bed.ApplyAsync();
        Task<JsonNode> AwsAsync(params string[] arguments) => Awscli.RunAsync(bed.Aws.Emulator, arguments);
        bed.S3.Configure("acme-builds", "policy", """
            {"Version":"2012-10-17","Statement":[
              {"Sid":"KeepBuilds","Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::acme-builds/*"},
              {"Sid":"TowpathReaders","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::acme-builds/*"}]}
            """);
        await AwsAsync("ecr", "set-repository-policy", "--repository-name", "acme/web", "--policy-text", """
            {"Version":"2008-10-17","Statement":{"Sid":"scanner may look","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::333333333333:root"},"Action":"ecr:DescribeImages"}}
            """);
        var report = await bed.PlanAsync();

        Assert.Equal(("bucket policy", "repository policy"), (Line(report, "acme-builds").State.Note, Line(report, "acme/web").State.Note));
        var aspect = Assert.Single(Line(report, "acme-builds").State.Aspects);
        var diff = TextDiff.Of(PolicyText.Canonical(aspect.Before!), PolicyText.Canonical(aspect.After));
        Assert.Contains("        \"Sid\": \"KeepBuilds\"", diff);
        Assert.Contains(diff, l => l.StartsWith('+') && l.Contains("o-a1b2c3d4e5", StringComparison.Ordinal));
        await bed.ApplyAsync();
        var bucket = JsonNode.Parse((string)(await AwsAsync("s3api", "get-bucket-policy", "--bucket", "acme-builds"))["Policy"]!)!["Statement"]!.AsArray();
        Assert.Equal(["KeepBuilds", "TowpathTlsOnly", "TowpathReaders"], bucket.Select(s => (string)s!["Sid"]!));
        var repository = JsonNode.Parse((string)(await AwsAsync("ecr", "get-repository-policy", "--repository-name", "acme/web"))["policyText"]!)!["Statement"]!.AsArray();
        Assert.Equal(["scanner may look", "TowpathReaders"], repository.Select(s => (string)s!["Sid"]!));
        Assert.DoesNotContain((await bed.PlanAsync()).Lines, line => line.State.IsToDo);
    }

    [Fact]
    public void Statement_of_Towpath_that_has_no_Sid_yet_gets_one_and_is_not_doubled()
    {
        var own = AccessDocuments.Bucket("acme-builds", "o-a1b2c3d4e5", []);
        var before = JsonNode.Parse(own)!;
        foreach (var statement in before["Statement"]!.AsArray()) ((JsonObject)statement!).Remove("Sid");
        Assert.True(PolicyText.Same(own, PolicyText.Merged(before.ToJsonString(), own)));
    }

    [Fact]
    [Trait("Row", "O7")]
    public async Task Bucket_of_an_environment_is_made_where_it_is_missing_and_left_alone_where_it_is()
    {
        await using var bed = await EstateBed.StartAsync("""
            === apps/thumbs.yaml
            name: thumbs
            repository: acme/web-app
            artifact: { kind: function, source: "s3://acme-builds/builds/{slug}/{sha}.zip" }
            environments:
              dev: { target: { kind: lambda, region: us-east-1, function: thumbs, bucket: acme-thumbs-dev } }
              lost: { target: { kind: lambda, region: us-east-1, function: thumbs-lost, bucket: "ssm:/thumbs/bucket" } }
              elsewhere: { target: { kind: lambda, region: eu-central-1, function: thumbs, bucket: "ssm:/thumbs/bucket" } }
            """);
        bed.Ssm.Put(EstateBed.Account, EstateBed.Region, "/thumbs/bucket", "acme-lost");
        var report = await bed.ApplyAsync();
        Task<JsonNode> AwsAsync(string arguments) => Awscli.RunAsync(bed.Aws.Emulator, arguments.Split(' '));

        Assert.True(Line(report, "acme-thumbs-dev").Done);
        Assert.Equal("Enabled", (string)(await AwsAsync("s3api get-bucket-versioning --bucket acme-thumbs-dev"))["Status"]!);
        Assert.True((bool)(await AwsAsync("s3api get-public-access-block --bucket acme-thumbs-dev"))["PublicAccessBlockConfiguration"]!["BlockPublicAcls"]!);
        Assert.Equal("it is there; its settings are its infrastructure's own and are left alone", Line(report, "acme-resize-dev").State.Note);
        Assert.Equal("acme-docs-dev is there, in us-east-1", Line(report, "ssm:/docs/dev/bucket").State.Note);
        Assert.Equal(
            ["there is no bucket acme-lost: let the infrastructure's own code make it, or correct the parameter", "the parameter /thumbs/bucket comes first"],
            report.Lines.Where(l => l.Name == "ssm:/thumbs/bucket").Select(l => l.State.Note));
        Assert.Equal(EstateVerb.Same, Line(await bed.PlanAsync(), "acme-thumbs-dev").State.Verb);
    }

    [Theory]
    [InlineData("hunter2-canary", "SecureString", "the parameter /thumbs/bucket is a SecureString, and Towpath does not read secrets; use a String parameter")]
    [InlineData("No bucket's name", "String", "the parameter /thumbs/bucket holds no bucket's name; correct it")]
    public async Task Parameter_that_names_no_bucket_is_told_and_no_secret_with_it(string value, string type, string words)
    {
        await using var bed = await EstateBed.StartAsync("""
            === apps/thumbs.yaml
            name: thumbs
            repository: acme/web-app
            artifact: { kind: function, source: "s3://acme-builds/builds/{slug}/{sha}.zip" }
            environments:
              dev: { target: { kind: lambda, region: us-east-1, function: thumbs, bucket: "ssm:/thumbs/bucket" } }
            """);
        bed.Ssm.Put(EstateBed.Account, EstateBed.Region, "/thumbs/bucket", value, type);
        var report = await bed.PlanAsync();
        Assert.Equal(words, Line(report, "ssm:/thumbs/bucket").State.Note);
        Assert.DoesNotContain(report.Lines, line => line.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("arn:aws-cn:iam::111111111111:role/towpath-management", "us-east-1", "the role arn:aws-cn:")]
    [InlineData("arn:aws:iam::111111111111:role/towpath-management", "us-gov-west-1", "the region us-gov-west-1")]
    public async Task Estate_in_China_or_GovCloud_is_refused_in_words(string management, string region, string named)
    {
        await using var bed = await EstateBed.StartAsync();
        var request = bed.Request with { Settings = bed.Request.Settings with { ManagementRole = management }, Region = region };
        var problem = Assert.Single(request.Problems());
        Assert.StartsWith(named, problem, StringComparison.Ordinal);
        Assert.Contains("another partition of AWS", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameter_is_looked_for_without_reading_its_value()
    {
        await using var bed = await EstateBed.StartAsync("""
            === apps/shop.yaml
            name: shop
            repository: acme/web-app
            artifact: { kind: container, source: registry.example.com/acme/shop }
            environments:
              dev: { target: { kind: ecs, region: us-east-1, service: shop, secrets: { KEY: "ssm:/shop/dev/key" } } }
            """);
        bed.Ssm.Put(EstateBed.Account, EstateBed.Region, "/shop/dev/key", "canary");
        bed.Request = bed.Request with { Applications = [bed.Applications["shop"]] };
        Assert.Equal(EstateVerb.Same, Line(await bed.PlanAsync(), "/shop/dev/key").State.Verb);
        Assert.DoesNotContain(bed.Aws.Emulator.Calls.All, call => call.Operation == "GetParameters");
    }

    [Fact]
    public async Task What_fails_keeps_nothing_else_from_being_made_and_the_next_call_goes_on()
    {
        await using var bed = await EstateBed.StartAsync();
        bed.Aws.Emulator.Script.Deny("ecr:CreateRepository");
        var first = await bed.ApplyAsync();
        var failed = Assert.Single(first.Lines, l => l.Failure is not null);

        Assert.Equal("repository", failed.Kind);
        Assert.Contains("allow ecr:CreateRepository in the policy of that role", failed.Words, StringComparison.Ordinal);
        Assert.Equal(7, first.Lines.Count(l => l.Done));
        bed.Aws.Emulator.Script.Clear();
        Assert.Equal(["repository"], (await bed.ApplyAsync()).Lines.Where(l => l.Done).Select(l => l.Kind));
    }

    [Fact]
    public async Task Fault_of_AWS_in_the_middle_loses_nothing_of_what_was_done()
    {
        await using var bed = await EstateBed.StartAsync();
        bed.Aws.Emulator.Script.Add(new ScriptedFault { Kind = FaultKind.Internal, Service = "iam", Operation = "GetRole", After = 1, Times = 3 });
        var first = await bed.ApplyAsync();
        var failed = Assert.Single(first.Lines, l => l.Failure is not null);

        Assert.Contains("AWS has a fault: retry later", failed.Words, StringComparison.Ordinal);
        Assert.Equal(7, first.Lines.Count(l => l.Done));
        Assert.Equal([failed.Name], (await bed.ApplyAsync()).Lines.Where(l => l.Done).Select(l => l.Name));
    }

    [Theory]
    [InlineData("o-towpath000", true)]
    [InlineData("o-a1b2c3d4e5", false)]
    [Trait("Row", "O7")]
    public async Task Builds_are_read_from_every_account_of_the_organization_and_from_no_other(string organization, bool may)
    {
        await using var bed = await EstateBed.StartAsync();
        bed.Request = bed.Request with { Organization = organization };
        await bed.ApplyAsync();
        bed.Build("resize", ArtifactKind.Function, "PK"u8.ToArray(), "1111");
        bed.Aws.Credentials = _ => new KeysOf(bed.Aws.Emulator.World.Credentials.AdminKeyOf("222222222222"), bed.Aws.Emulator.Options.Secret);
        var s3 = bed.Aws.NewProcess().GetRequiredService<S3Client>();
        Task<S3Object?> HeadAsync() => bed.Aws.PassAsync(s3.HeadAsync(new S3Bucket(new AwsScope(EstateBed.Region, null, "other"), EstateBed.Builds), "builds/resize/1111.zip", TestContext.Current.CancellationToken));

        if (may) Assert.Equal(2, (await HeadAsync())?.Size);
        else Assert.True((await Assert.ThrowsAsync<AwsException>(HeadAsync)).IsDenied);
    }

    [Fact]
    [Trait("Row", "N15")]
    public async Task Repository_whose_id_is_not_known_gets_no_trust()
    {
        await using var bed = await EstateBed.StartAsync();
        bed.Request = bed.Request with { GitHubIds = new Dictionary<string, GitHubId>(StringComparer.OrdinalIgnoreCase) };
        var line = Line(await bed.ApplyAsync(), "towpath-management");

        Assert.Equal(EstateVerb.Blocked, line.State.Verb);
        Assert.StartsWith("the ids of acme/web-app are not known: give --github-id acme/web-app=OWNER_ID/REPOSITORY_ID", line.State.Note, StringComparison.Ordinal);
        Assert.Null(bed.Iam.FindRole(EstateBed.Management));
        Assert.Equal($"it trusts {EstateBed.Management}, which comes first", Line(await bed.PlanAsync(), "towpath-builds").State.Note);
    }

    [Fact]
    public async Task Secret_and_parameter_without_a_value_are_left_to_people()
    {
        await using var bed = await EstateBed.StartAsync();
        bed.Request = bed.Request with { Values = new Dictionary<string, string>(StringComparer.Ordinal) };
        var report = await bed.ApplyAsync();

        var parameter = Line(report, "/resize/dev/function");
        Assert.Equal((EstateVerb.Fill, "give --set /resize/dev/function=VALUE, or let the infrastructure's own code write it"), (parameter.State.Verb, parameter.State.Note));
        var role = Line(report, "towpath-deploy-resize");
        Assert.Equal((EstateVerb.Blocked, "what it may do is not known before these are: ssm:/resize/dev/function"), (role.State.Verb, role.State.Note));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("ref:*")]
    [InlineData("repo:acme/*")]
    [InlineData("environment: production")]
    [Trait("Row", "N15")]
    public async Task Subject_that_lets_everybody_in_is_refused(string subject)
    {
        await using var bed = await EstateBed.StartAsync();
        Assert.Contains($"'{subject}' would let every run of a repository in, or none", Assert.Single((bed.Request with { Subjects = [subject] }).Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("arn:aws:iam::111111111111:root")]
    [InlineData("arn:aws:iam::111111111111:role/*")]
    [Trait("Row", "N15")]
    public async Task Principal_that_is_more_than_one_role_is_refused(string principal)
    {
        await using var bed = await EstateBed.StartAsync();
        Assert.Contains("wildcards and whole accounts are refused", Assert.Single((bed.Request with { Principals = [principal] }).Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_organization_only_the_accounts_of_the_roles_may_pull()
    {
        await using var bed = await EstateBed.StartAsync();
        bed.Request = bed.Request with { Organization = null };
        var policy = Line(await bed.PlanAsync(), "acme/web").State.Aspects.Single(a => a.Name == "repository policy").After;
        Assert.Contains("\"arn:aws:iam::222222222222:root\"", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("PrincipalOrgID", policy, StringComparison.Ordinal);
    }

    private sealed class KeysOf(string key, string secret) : IAwsCredentials
    {
        public Task<ImmutableCredentials> GetAsync(AwsScope scope, CancellationToken cancellationToken) => Task.FromResult(new ImmutableCredentials(key, secret, null));

        public bool Forget(AwsScope scope) => false;
    }

    private static EstateLine Line(EstateReport report, string name) => report.Lines.First(l => l.Name.Contains(name, StringComparison.Ordinal));
}
