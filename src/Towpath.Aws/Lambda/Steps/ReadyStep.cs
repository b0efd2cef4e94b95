using Towpath.Aws.Calling;
using Towpath.Aws.CloudWatch;
using Towpath.Aws.Lambda.Api;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>Waits until the published version can be called, and lets no gradual shift begin while one of its alarms rings.</summary>
internal sealed class ReadyStep(LambdaClient lambda, AlarmClient alarms, TimeProvider time) : LambdaStep(time)
{
    public const string Name = "lambda.ready";

    /// <summary>AWS may not know everywhere yet what it has just made.</summary>
    private static readonly TimeSpan AbsentAtMost = TimeSpan.FromMinutes(1);

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken)
    {
        var number = LambdaInputs.PublishedVersion(context)!;
        var version = await lambda.FindAsync(scope, inputs.Function, number, cancellationToken);
        if (version is null && Time.GetUtcNow() - context.StartedAt > AbsentAtMost)
            return new StepResult.Failed($"version {number} of {inputs.Function} is not there any more: somebody deleted it; deploy again");
        if (version is null or { State: "Pending" }) return Pace.Again(context, Time, $"version {number} is being made ready");
        if (!version.IsActive) return new StepResult.Failed($"version {number} of {inputs.Function} is {version.State}: {version.StateReason}; mend that, then deploy again");
        if (version.Code != inputs.Digest) return new StepResult.Failed($"version {number} of {inputs.Function} has {version.Code}, not {inputs.Digest}; deploy again");
        return await RingingAsync(scope, inputs, cancellationToken) is { } alarm
            ? new StepResult.Failed($"the alarm '{alarm.Name}' rings already ({alarm.Reason}); nothing was shifted, deploy again when it is quiet")
            : new StepResult.Done();
    }

    private async Task<Alarm?> RingingAsync(AwsScope scope, LambdaInputs inputs, CancellationToken cancellationToken) =>
        (await alarms.DescribeAsync(scope, inputs.Alarms, cancellationToken)).Values.FirstOrDefault(alarm => alarm.Rings);
}
