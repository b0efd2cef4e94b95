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

    private static IReadOnlyList<string> Check(string role, string bucket, string distribution, string key)
    {
        using var services = new ServiceCollection().AddTowpathAws(new AwsOptions { DataFolder = "" }).BuildServiceProvider();
        return services.GetServices<ITarget>().Single(t => t.Kind == "static-site").Check(default, new TargetSpec("static-site", new JsonObject
        {
            ["region"] = "us-east-1", ["role"] = role, ["bucket"] = bucket, ["distribution"] = distribution, ["key_parameter"] = key,
        }), Limits);
    }
}
