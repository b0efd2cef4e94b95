using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests.StaticSite;

public sealed class LimitTests
{
    private static readonly OperatorLimits Limits = new OperatorLimits
    {
        Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal)
        {
            ["portal"] = new(["acme/docs"]) { Roles = ["arn:aws:iam::111111111111:role/*"], Parameters = ["/docs/**"], Buckets = ["docs-*"] },
        },
    }.For("acme/docs");

    [Fact]
    public void What_the_project_lists_is_allowed() =>
        Assert.Empty(Check("arn:aws:iam::111111111111:role/deploy", "docs-dev", "ssm:/docs/dev/distribution", "/docs/dev/key"));

    [Fact]
    public void Role_bucket_and_parameters_outside_of_the_project_are_refused_each_with_what_to_do()
    {
        var problems = Check("arn:aws:iam::222222222222:role/other", "payroll", "ssm:/payroll/distribution", "/payroll/key");
        Assert.Equal(4, problems.Count);
        Assert.All(problems, problem => Assert.Contains("is outside of the project 'portal'; ask the operator to add it under", problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bucket_outside_of_the_project_that_a_parameter_names_is_not_touched()
    {
        await using var site = await SiteBed.StartAsync();
        var artifact = site.Build("v2", ("index.html", "new"));
        var target = ActivatorUtilities.CreateInstance<Towpath.Aws.StaticSite.StaticSiteTarget>(site.Aws.NewProcess(), Limits);
        site.Forget();
        var planned = await site.Aws.PassAsync(target.PlanAsync(site.Request(artifact) with { Repository = "acme/docs" }, TestContext.Current.CancellationToken));
        Assert.Equal(
            new PlanResult.Refused("`bucket`: the bucket 'docs' is outside of the project 'portal'; ask the operator to add it under `projects.portal.buckets` of towpath.yaml", RefusalKind.NotAllowed), planned);
        Assert.Empty(site.Calls);
    }

    [Theory]
    [InlineData("payroll", "outside of the project 'portal'")]
    [InlineData("docs-@evil.example#", "is no bucket's name")]
    public async Task Inspection_does_not_ask_for_a_bucket_that_is_not_the_project_s(string bucket, string words)
    {
        await using var site = await SiteBed.StartAsync();
        site.Ssm.Put(SiteBed.Account, SiteBed.Region, "/docs/dev/bucket", bucket);
        var inspection = ActivatorUtilities.CreateInstance<Towpath.Aws.StaticSite.StaticSiteInspection>(site.Aws.NewProcess(), Limits);
        var found = await site.Aws.PassAsync(inspection.InspectAsync(site.Look with { Repository = "acme/docs" }, TestContext.Current.CancellationToken));
        Assert.Contains(found.Children, f => f is { State: FindingState.Wrong } && f.Subject.StartsWith("bucket", StringComparison.Ordinal) && f.Detail!.Contains(words, StringComparison.Ordinal));
        Assert.Empty(site.Calls);
    }

    [Theory]
    [InlineData("s3://payroll/builds/v1.zip", 0)]
    [InlineData("s3://shared-artifacts/builds/docs/v1.zip", 1)]
    public async Task A_parameter_that_says_what_runs_is_believed_within_the_project_only(string reference, int artifacts)
    {
        await using var site = await SiteBed.StartAsync();
        site.S3.AddBucket("payroll");
        site.S3.Put("payroll", "builds/v1.zip", SiteBed.Zip(("index.html", "1")));
        site.Build("v1", ("index.html", "1"));
        site.S3.Put(SiteBed.Bucket, "index.html", "1");
        site.Ssm.Put(SiteBed.Account, SiteBed.Region, "/docs/dev/artifact-key", reference);
        var process = site.Aws.NewProcess();
        var limits = Limits with { Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal) { ["portal"] = new(["acme/docs"]) { Buckets = ["docs", "shared-artifacts"] } } };
        var observation = ActivatorUtilities.CreateInstance<Towpath.Aws.StaticSite.StaticSiteObservation>(process, limits);
        var target = ActivatorUtilities.CreateInstance<Towpath.Aws.StaticSite.StaticSiteTarget>(process, observation, limits);
        var seen = Assert.IsType<ObserveResult.Seen>(await site.Aws.PassAsync(target.ObserveAsync(site.Look with { Repository = "acme/docs" }, TestContext.Current.CancellationToken))).Observation;
        Assert.Equal(artifacts, seen.Artifacts.Count);
        Assert.Equal(artifacts == 0, seen.Summary.Contains("outside of the project 'portal'", StringComparison.Ordinal));
        Assert.DoesNotContain(site.Calls, c => c.Key.StartsWith("payroll", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Check(string role, string bucket, string distribution, string key)
    {
        using var services = new ServiceCollection().AddTowpathAws(new AwsOptions { DataFolder = "" }).BuildServiceProvider();
        return services.GetServices<ITarget>().Single(t => t.Kind == "static-site").Check(default, new TargetSpec("static-site", new JsonObject
        {
            ["region"] = "us-east-1", ["role"] = role, ["bucket"] = bucket, ["distribution"] = distribution, ["key_parameter"] = key,
        }), Limits);
    }
}
