using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Lambda.Api;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>
/// Gives the function its code and publishes a version of it. Nobody is served by either: callers use the alias. A version that an earlier attempt
/// published is known by its description.
/// </summary>
internal sealed class PublishStep(LambdaClient lambda, TimeProvider time) : LambdaStep(time)
{
    public const string Name = "lambda.publish";

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken)
    {
        var mine = PublishedFor.Of(context.Deployment, inputs.Version).ToString();
        if (await FindPublishedAsync(inputs, scope, mine, cancellationToken) is { } published) return Done(context, published);
        var function = await lambda.FindAsync(scope, inputs.Function, null, cancellationToken);
        if (function is null) return new StepResult.Failed($"there is no function {inputs.Function} in {scope.Region} any more; create it again, then deploy again");
        if (function.IsUpdating) return Pace.Again(context, Time, $"{inputs.Function} is being updated");
        if (function.Code != inputs.Digest) return await UpdateAsync(context, inputs, scope, function, cancellationToken);
        if (function.LastUpdateStatus == "Failed") return new StepResult.Failed($"{inputs.Function} could not take up the code: {function.LastUpdateStatusReason}; mend that, then deploy again");
        return await PublishAsync(context, inputs, scope, mine, cancellationToken);
    }

    private async Task<FunctionConfiguration?> FindPublishedAsync(LambdaInputs inputs, AwsScope scope, string description, CancellationToken cancellationToken)
    {
        var versions = await lambda.ListVersionsAsync(scope, inputs.Function, cancellationToken);
        return versions.LastOrDefault(v => v.Code == inputs.Digest && v.Description == description);
    }

    private async Task<StepResult> UpdateAsync(StepContext context, LambdaInputs inputs, AwsScope scope, FunctionConfiguration function, CancellationToken cancellationToken)
    {
        await context.EnsureOwnedAsync(cancellationToken);
        try
        {
            var updated = await lambda.UpdateCodeAsync(scope, inputs.Function, new CodeUpdate(inputs.Bucket, inputs.Key, function.RevisionId), cancellationToken);
            if (updated.Code != inputs.Digest)
                return new StepResult.Failed($"{inputs.Function} took {updated.Code} from s3://{inputs.Bucket}/{inputs.Key}, not {inputs.Digest}: somebody changed that object; nothing was published, deploy again");
            context.Log($"{inputs.Function} takes up s3://{inputs.Bucket}/{inputs.Key}");
            return Pace.Again(context, Time, $"{inputs.Function} takes up the code");
        }
        catch (AwsException e) when (e.Code == "PreconditionFailedException")
        {
            // Nobody is served by what was uploaded last: looked at again, and then brought again.
            return Pace.Again(context, Time, $"{inputs.Function} was changed meanwhile; looking again");
        }
    }

    private async Task<StepResult> PublishAsync(StepContext context, LambdaInputs inputs, AwsScope scope, string description, CancellationToken cancellationToken)
    {
        await context.EnsureOwnedAsync(cancellationToken);
        try
        {
            return Done(context, await lambda.PublishAsync(scope, inputs.Function, new Publication(CodeHash.Of(inputs.Digest), description), cancellationToken));
        }
        catch (AwsException e) when (e.Code is "PreconditionFailedException" || (e.Code == "InvalidParameterValueException" && e.Failure.Message.Contains("CodeSHA256", StringComparison.OrdinalIgnoreCase)))
        {
            return Pace.Again(context, Time, $"{inputs.Function} was given other code meanwhile; bringing ours again");
        }
    }

    private static StepResult.Done Done(StepContext context, FunctionConfiguration published)
    {
        context.Log($"version {published.Version} is published");
        return new StepResult.Done(new JsonObject { ["function_version"] = published.Version });
    }
}
