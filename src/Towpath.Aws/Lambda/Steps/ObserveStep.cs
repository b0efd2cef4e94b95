using Towpath.Aws.Calling;
using Towpath.Aws.Lambda.Api;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>Asks Lambda what callers of the alias get. Nothing but its answer counts as success.</summary>
internal sealed class ObserveStep(LambdaClient lambda, TimeProvider time) : LambdaStep(time)
{
    public const string Name = "lambda.observe";

    /// <summary>AWS's answers may lag behind its deeds.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken)
    {
        var expected = LambdaInputs.PublishedVersion(context);
        var alias = await lambda.FindAliasAsync(scope, inputs.Function, inputs.Alias, cancellationToken);
        if (expected is null || alias?.IsOnly(expected) != true)
            return Late(context) ? AliasWriter.ChangedMeanwhile(inputs, alias) : Pace.Again(context, Time, $"not yet: alias {inputs.Alias} is at {alias?.Words() ?? "nothing"}");
        var version = await lambda.FindAsync(scope, inputs.Function, expected, cancellationToken);
        if (version?.Code != inputs.Digest) return new StepResult.Failed($"version {expected} of {inputs.Function} has {version?.Code?.Value ?? "no code"}, not {inputs.Digest}");
        if (version.State == "Pending") return Pace.Again(context, Time, $"version {expected} is being made ready");
        if (!version.IsActive) return new StepResult.Failed($"version {expected} of {inputs.Function} is {version.State}: {version.StateReason}");
        context.Log($"alias {inputs.Alias} of {inputs.Function} runs version {expected}, {inputs.Digest}");
        return new StepResult.Done();
    }

    private bool Late(StepContext context) => Time.GetUtcNow() - context.StartedAt > Within;
}
