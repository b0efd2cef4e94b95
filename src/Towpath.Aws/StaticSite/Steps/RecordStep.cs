using Towpath.Aws.S3;
using Towpath.Aws.Ssm;
using Towpath.Core.Deployments;

namespace Towpath.Aws.StaticSite.Steps;

/// <summary>Writes down in SSM which artifact the site is, for whoever works without Towpath.</summary>
internal sealed class RecordStep(SsmClient ssm) : StaticSiteStep
{
    public const string Name = "static-site.record";

    public override string Kind => Name;

    /// <summary>The key within the artifact bucket, as the deployments that people run by hand write it; the whole reference where it is no bucket's.</summary>
    public static string KeyOf(string reference) => S3Reference.Parse(reference)?.Key ?? reference;

    protected override async Task<StepResult> RunAsync(StepContext context, StaticSiteInputs inputs, SitePlace place, CancellationToken cancellationToken)
    {
        if (inputs.Site.KeyParameter is not { } parameter) return new StepResult.Done();
        var (scope, key) = (place.Bucket.Scope, KeyOf(inputs.Reference));
        if (await ssm.ReadAsync(scope, parameter, cancellationToken) == key) return new StepResult.Done();
        await context.EnsureOwnedAsync(cancellationToken);
        await ssm.PutAsync(scope, parameter, key, cancellationToken);
        context.Log($"{parameter} is {key}");
        return new StepResult.Done();
    }
}
