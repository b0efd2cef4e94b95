using Towpath.Aws.Calling;
using Towpath.Aws.Lambda.Api;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Lambda.Steps;

/// <summary>Changes an alias by compare-and-set: what somebody else changed meanwhile is not written over.</summary>
internal sealed class AliasWriter(LambdaClient lambda)
{
    /// <param name="where">The function, where it is, and which alias.</param>
    /// <param name="seen">As it was looked at; null where there was none.</param>
    /// <param name="version">Which version it is to have.</param>
    /// <param name="weights">What share other versions are to have.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when it is so now, else what somebody else made of it meanwhile.</returns>
    public async Task<StepResult.Superseded?> WriteAsync(
        (AwsScope Scope, LambdaInputs Inputs) where, FunctionAlias? seen, string version, IReadOnlyDictionary<string, double> weights, CancellationToken cancellationToken)
    {
        var (scope, inputs) = where;
        var wanted = new FunctionAlias { Name = inputs.Alias, FunctionVersion = version, RoutingConfig = new AliasRouting(weights), RevisionId = seen?.RevisionId };
        try
        {
            if (seen is null) await lambda.CreateAliasAsync(scope, inputs.Function, wanted with { RoutingConfig = null }, cancellationToken);
            else await lambda.UpdateAliasAsync(scope, inputs.Function, wanted, cancellationToken);
            return null;
        }
        catch (AwsException e) when (e.Code == "PreconditionFailedException" || e.Code == (seen is null ? "ResourceConflictException" : "ResourceNotFoundException"))
        {
            // Our own call may have got through while its answer was lost.
            var now = await lambda.FindAliasAsync(scope, inputs.Function, inputs.Alias, cancellationToken);
            return now?.FunctionVersion == version && Same(now.Weights, weights) ? null : ChangedMeanwhile(inputs, now);
        }
    }

    public static bool Same(IReadOnlyDictionary<string, double> one, IReadOnlyDictionary<string, double> other) =>
        one.Count == other.Count && one.All(w => other.TryGetValue(w.Key, out var share) && Math.Abs(share - w.Value) < 1e-6);

    public static StepResult.Superseded ChangedMeanwhile(LambdaInputs inputs, FunctionAlias? now) => new(
        $"the alias {inputs.Alias} of {inputs.Function} was {(now is null ? "deleted meanwhile by somebody else" : $"changed meanwhile by somebody else, and is at {now.Words()}")}; "
        + "it is left so, look who deploys there besides Towpath");
}
