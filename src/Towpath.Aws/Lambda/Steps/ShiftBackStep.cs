using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Lambda.Api;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>Gives the alias what last succeeded: the very version that it had, or the newest one with that code. Nothing is uploaded.</summary>
internal sealed class ShiftBackStep(LambdaClient lambda, TimeProvider time) : LambdaStep(time)
{
    public const string Name = "lambda.shift-back";

    private static readonly Dictionary<string, double> NoWeights = [];
    private readonly AliasWriter _writer = new(lambda);

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(StepContext context, LambdaInputs inputs, AwsScope scope, CancellationToken cancellationToken)
    {
        var record = ShiftRecord.OfForward(context.Deployment);
        if (await FindAsync(inputs, scope, record, cancellationToken) is not { } version)
            return new StepResult.Failed($"no published version of {inputs.Function} has {inputs.Digest} any more; deploy {inputs.Version} again, which publishes it anew");
        var alias = await lambda.FindAliasAsync(scope, inputs.Function, inputs.Alias, cancellationToken);
        if (alias?.IsOnly(version) == true) return Done(context, inputs, version);
        if (IsSomebodyElses(context, alias, record)) return AliasWriter.ChangedMeanwhile(inputs, alias);
        if (context.Undo is null) await context.RecordUndoAsync(new JsonObject { ["from"] = alias?.FunctionVersion }, cancellationToken);
        await context.EnsureOwnedAsync(cancellationToken);
        return await _writer.WriteAsync((scope, inputs), alias, version, NoWeights, cancellationToken) is { } others
            ? others
            : Done(context, inputs, version);
    }

    private async Task<string?> FindAsync(LambdaInputs inputs, AwsScope scope, ShiftRecord? record, CancellationToken cancellationToken)
    {
        if (record?.From is { } from && await lambda.FindAsync(scope, inputs.Function, from, cancellationToken) is { IsActive: true } before && before.Code == inputs.Digest) return from;
        var versions = await lambda.ListVersionsAsync(scope, inputs.Function, cancellationToken);
        return versions.LastOrDefault(v => v.Code == inputs.Digest && v.IsActive)?.Version;
    }

    // Where the shift journaled nothing it changed nothing, and whatever the alias is at was so before.
    private static bool IsSomebodyElses(StepContext context, FunctionAlias? alias, ShiftRecord? record)
    {
        if (record is null || alias is null) return false;
        var ours = PublishedForward(context.Deployment);
        return (alias.FunctionVersion != record.From && alias.FunctionVersion != ours) || alias.Weights.Keys.Any(other => other != ours);
    }

    private static string? PublishedForward(Deployment deployment) =>
        deployment.Steps.Select(step => step.Outputs?["function_version"]?.ToString()).FirstOrDefault(version => version is not null);

    private static StepResult.Done Done(StepContext context, LambdaInputs inputs, string version)
    {
        context.Log($"alias {inputs.Alias} is at version {version} again");
        return new StepResult.Done(new JsonObject { ["function_version"] = version });
    }
}
