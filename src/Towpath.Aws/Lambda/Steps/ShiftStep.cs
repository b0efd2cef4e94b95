using Towpath.Aws.Calling;
using Towpath.Aws.CloudWatch;
using Towpath.Aws.Lambda.Api;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>Gives the alias the published version: all calls at once, or a growing share of them while alarms are watched.</summary>
internal sealed class ShiftStep(LambdaClient lambda, AlarmClient alarms, TimeProvider time) : LambdaStep(time)
{
    public const string Name = "lambda.shift";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private static readonly Dictionary<string, double> NoWeights = [];
    private readonly AliasWriter _writer = new(lambda);

    public override string Kind => Name;

    // A stage may last for days, and each has its own end.
    public override StepPolicy Policy => new(LambdaSettings.LongestShift + TimeSpan.FromDays(10));

    protected override async Task<StepResult> RunAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken)
    {
        var version = LambdaInputs.PublishedVersion(context)!;
        var alias = await lambda.FindAliasAsync(scope, inputs.Function, inputs.Alias, cancellationToken);
        if (alias?.IsOnly(version) == true)
        {
            context.Log($"alias {inputs.Alias} is at version {version}");
            return new StepResult.Done();
        }

        var shift = new Shift(context, inputs, scope, version, alias);
        if (ShiftRecord.Read(context.Undo) is not { } record) return await BeginAsync(shift, cancellationToken);
        if (IsSomebodyElses(alias, record, version)) return AliasWriter.ChangedMeanwhile(inputs, alias);
        if (alias is null || record.Stage >= inputs.Weights.Count || !AliasWriter.Same(alias.Weights, Weights(shift, record.Stage))) return await EnterAsync(shift, record, cancellationToken);
        return await StayAsync(shift, record, cancellationToken);
    }

    private async Task<StepResult> BeginAsync(Shift shift, CancellationToken cancellationToken)
    {
        if (shift.Alias is { Weights.Count: > 0 } taken)
            return new StepResult.Failed($"the alias {shift.Inputs.Alias} is at {taken.Words()}: somebody else shifts it gradually; wait for its end, or set it to one version, then deploy again");
        // There is nobody to shift from where there is no alias yet.
        var stage = shift.Alias is null ? shift.Inputs.Weights.Count : 0;
        return await EnterAsync(shift, new ShiftRecord(shift.Alias?.FunctionVersion, stage, Time.GetUtcNow()), cancellationToken);
    }

    /// <summary>Journals the stage, then makes it so.</summary>
    private async Task<StepResult> EnterAsync(Shift shift, ShiftRecord record, CancellationToken cancellationToken)
    {
        await shift.Context.RecordUndoAsync((record with { Since = Time.GetUtcNow() }).ToJson(), cancellationToken);
        await shift.Context.EnsureOwnedAsync(cancellationToken);
        var last = record.Stage >= shift.Inputs.Weights.Count;
        var others = await _writer.WriteAsync(
            (shift.Scope, shift.Inputs), shift.Alias, last ? shift.Version : record.From!, last ? NoWeights : Weights(shift, record.Stage), cancellationToken);
        if (others is not null) return others;
        if (!last) return Serving(shift, record.Stage, shift.Inputs.Weights[record.Stage].For);
        shift.Context.Log($"alias {shift.Inputs.Alias}: from {(record.From is null ? "nothing" : $"version {record.From}")} to version {shift.Version}");
        return new StepResult.Done();
    }

    private async Task<StepResult> StayAsync(Shift shift, ShiftRecord record, CancellationToken cancellationToken)
    {
        var states = await alarms.DescribeAsync(shift.Scope, shift.Inputs.Alarms, cancellationToken);
        if (states.Values.FirstOrDefault(alarm => alarm.Rings) is { } ringing) return await BreakOffAsync(shift, record, ringing, cancellationToken);
        var left = record.Since + shift.Inputs.Weights[record.Stage].For - Time.GetUtcNow();
        return left > TimeSpan.Zero ? Serving(shift, record.Stage, left) : await EnterAsync(shift, record with { Stage = record.Stage + 1 }, cancellationToken);
    }

    private async Task<StepResult> BreakOffAsync(Shift shift, ShiftRecord record, Alarm ringing, CancellationToken cancellationToken)
    {
        var percent = shift.Inputs.Weights[record.Stage].Percent;
        var words = $"the alarm '{ringing.Name}' rang while version {shift.Version} had {percent} % of the calls: {ringing.Reason}";
        if (!shift.Inputs.TakesBack) return new StepResult.Failed($"{words}; it keeps that share, as `on_failure` says stay");
        await shift.Context.EnsureOwnedAsync(cancellationToken);
        return await _writer.WriteAsync((shift.Scope, shift.Inputs), shift.Alias, record.From!, NoWeights, cancellationToken) is { } others
            ? others
            : new StepResult.Failed($"{words}; all calls go to version {record.From} again");
    }

    private static bool IsSomebodyElses(FunctionAlias? alias, ShiftRecord record, string version) =>
        alias?.FunctionVersion != record.From || alias?.Weights.Keys.Any(other => other != version) == true;

    private static Dictionary<string, double> Weights(Shift shift, int stage) => new(StringComparer.Ordinal) { [shift.Version] = shift.Inputs.Weights[stage].Weight };

    private static StepResult.Running Serving(Shift shift, int stage, TimeSpan left) => new(
        left < BetweenLooks ? left : BetweenLooks,
        $"{shift.Inputs.Weights[stage].Percent} % of the calls go to version {shift.Version}, for another {Words(left)}");

    private static string Words(TimeSpan left) => left < TimeSpan.FromMinutes(2) ? $"{Math.Ceiling(left.TotalSeconds):0} s" : $"{Math.Ceiling(left.TotalMinutes):0} min";

    private sealed record Shift(StepContext Context, LambdaInputs Inputs, AwsScope Scope, string Version, FunctionAlias? Alias);
}
