using Towpath.Aws.Calling;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>What the steps of this target have in common: their inputs, and that AWS refuses two changes of one function at a time.</summary>
internal abstract class LambdaStep(TimeProvider time) : AwsStep
{
    protected TimeProvider Time => time;

    public override StepPolicy Policy => new(TimeSpan.FromMinutes(15));

    protected sealed override async Task<StepResult> RunAsync(StepContext context, AwsScope scope, CancellationToken cancellationToken)
    {
        var inputs = LambdaInputs.Read(context.Inputs);
        try
        {
            return await RunAsync(context, inputs, scope, cancellationToken);
        }
        catch (AwsException e) when (e.Code == "ResourceConflictException")
        {
            return Pace.Again(context, time, $"another change of {inputs.Function} is under way: {e.Failure.Message}");
        }
    }

    protected abstract Task<StepResult> RunAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken);
}
