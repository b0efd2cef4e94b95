using Towpath.Aws.Bootstrap;
using Towpath.Aws.Bootstrap.Policies;
using Towpath.Core.Applications;

namespace Towpath.Aws.StaticSite;

/// <summary>The calls of this target's plan, steps and looks.</summary>
internal sealed class StaticSitePermissions : ITargetPermissions
{
    public string Kind => StaticSiteSettings.Kind;

    public string? BucketOf(TargetSpec target) => StaticSiteSettings.Read(target).Bucket;

    public Task<NeededAccess> OfAsync(AccessQuestion question, CancellationToken cancellationToken)
    {
        var settings = StaticSiteSettings.Read(question.Environment.Target);
        var distribution = settings.DistributionId is { } named ? question.ValueOf(named) : null;
        if (question.ValueOf(settings.Bucket) is not { } bucket) return Missing(settings.Bucket);
        if (settings.DistributionId is { } unknown && distribution is null) return Missing(unknown);
        List<PolicyStatement> statements =
        [
            PolicyStatement.Allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], $"arn:aws:s3:::{bucket}/{settings.Folder}*"),
            PolicyStatement.Allow(["s3:ListBucket", "s3:GetBucketPublicAccessBlock"], $"arn:aws:s3:::{bucket}"),
            .. ParameterAccess.Of(settings.Place.Region, question.Account, settings.Values.Values, settings.KeyParameter),
        ];
        if (distribution is not null)
            statements.Add(PolicyStatement.Allow(
                ["cloudfront:CreateInvalidation", "cloudfront:GetDistribution", "cloudfront:GetInvalidation"], $"arn:aws:cloudfront::{question.Account}:distribution/{distribution}"));
        return Task.FromResult(new NeededAccess(statements, []));
    }

    private static Task<NeededAccess> Missing(string setting) => Task.FromResult(new NeededAccess([], [setting]));
}
