using Towpath.Aws.Tests.Bed;
using Towpath.Aws.Tests.Ecs;
using Towpath.Aws.Tests.Lambda;
using Towpath.Aws.Tests.StaticSite;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests;

/// <summary>Whoever may not look knows nothing: that is neither right nor wrong, and the words name what to allow.</summary>
public sealed class DeniedLookTests
{
    [Fact]
    public async Task Ecs_skips_what_may_not_be_looked_at()
    {
        await using var bed = await EcsBed.StartAsync();
        bed.Aws.Emulator.Script.Deny("ecs:DescribeServices");
        var finding = await InspectAsync(bed.Aws, "ecs", bed.Look());
        Assert.False(finding.IsDenied || finding.IsWrong);
        IsSkipped(finding, "service web in cluster main", "allow ecs:DescribeServices");
    }

    [Fact]
    public async Task Lambda_skips_what_may_not_be_looked_at()
    {
        await using var bed = await LambdaBed.StartAsync();
        bed.Aws.Emulator.Script.Deny("lambda:GetAlias");
        var finding = await InspectAsync(bed.Aws, "lambda", bed.Question);
        Assert.False(finding.IsDenied || finding.IsWrong);
        IsSkipped(finding, "alias live", "allow lambda:GetAlias");
    }

    [Fact]
    public async Task Static_site_skips_what_may_not_be_looked_at()
    {
        await using var bed = await SiteBed.StartAsync();
        bed.Aws.Emulator.Script.Deny("cloudfront:GetDistribution");
        var finding = await InspectAsync(bed.Aws, "static-site", bed.Look);
        Assert.False(finding.IsDenied || finding.IsWrong);
        IsSkipped(finding, $"distribution {bed.Distribution}", "allow cloudfront:GetDistribution");
    }

    [Fact]
    public async Task Target_of_which_nothing_may_be_looked_at_is_denied_as_a_whole()
    {
        await using var bed = await EcsBed.StartAsync();
        foreach (var action in (string[])["ecs:DescribeServices", "ssm:GetParameters"]) bed.Aws.Emulator.Script.Deny(action);
        var finding = await InspectAsync(bed.Aws, "ecs", bed.Look());
        Assert.Equal((true, FindingState.Skipped), (finding.IsDenied, finding.State));
    }

    private static Task<Finding> InspectAsync(AwsBed aws, string kind, TargetLook look) =>
        aws.PassAsync(aws.NewProcess().GetServices<ITargetInspection>().Single(i => i.Kind == kind).InspectAsync(look, TestContext.Current.CancellationToken));

    private static void IsSkipped(Finding finding, string subject, string words)
    {
        var child = Assert.Single(finding.Children, c => c.Subject == subject);
        Assert.Equal((FindingState.Skipped, true), (child.State, child.IsDenied));
        Assert.Contains(words, child.Detail, StringComparison.Ordinal);
    }
}
