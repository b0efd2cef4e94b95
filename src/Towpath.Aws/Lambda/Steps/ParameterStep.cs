using Towpath.Aws.Calling;
using Towpath.Aws.Ssm;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>Records the version where infrastructure looks for it.</summary>
internal sealed class ParameterStep(SsmClient ssm, TimeProvider time) : LambdaStep(time)
{
    public const string Name = "lambda.parameter";

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken)
    {
        var name = inputs.VersionParameter!;
        if (await ssm.ReadAsync(scope, name, cancellationToken) == inputs.Version) return new StepResult.Done();
        await context.EnsureOwnedAsync(cancellationToken);
        await ssm.PutAsync(scope, name, inputs.Version, cancellationToken);
        context.Log($"{name} is {inputs.Version}");
        return new StepResult.Done();
    }
}
