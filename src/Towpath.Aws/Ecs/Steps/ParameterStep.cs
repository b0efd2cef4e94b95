using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Ssm;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.Steps;

/// <summary>Writes the version into its parameter, where infrastructure and people read it; in a rollback puts back what stood there.</summary>
internal sealed class ParameterStep(SsmClient ssm) : EcsStep
{
    public const string Name = "ecs.parameter";

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(EcsRun run, CancellationToken cancellationToken)
    {
        if (run.Inputs.VersionParameter is not { } name) return new StepResult.Done();
        var undo = run.IsRollback ? run.RecordOf(Name, rollback: false)?.Undo : null;
        // Nothing was written, so that there is nothing to put back.
        if (run.IsRollback && undo is null) return new StepResult.Done();
        var found = await ssm.ReadAsync(run.Scope, name, cancellationToken);
        if (undo is not null) return await PutBackAsync(run, undo, name, found, cancellationToken);
        // What stood there is noted once: a second attempt finds the value that the first one wrote.
        if (run.Context.Undo is null) await run.Context.RecordUndoAsync(new JsonObject { ["value"] = found }, cancellationToken);
        return await WriteAsync(run, name, found, run.Inputs.Version, cancellationToken);
    }

    private async Task<StepResult> PutBackAsync(EcsRun run, JsonObject undo, string name, string? found, CancellationToken cancellationToken)
    {
        // Somebody wrote another version meanwhile: that is theirs.
        var ours = run.Context.Deployment.Version;
        if (Settings.Text(undo, "value") is null && run.Inputs.Undoes) return await DeleteAsync(run, name, found, cancellationToken);
        var before = Settings.Text(undo, "value") ?? run.Inputs.Version;
        if (found == ours || found == before) return PutBack(await WriteAsync(run, name, found, before, cancellationToken), $"{name} to {before}");
        run.Context.Log($"{name} says {found} by now and is left as it is");
        return new StepResult.Done();
    }

    /// <summary>There was no such parameter before, and nothing good is known that it could say.</summary>
    private async Task<StepResult> DeleteAsync(EcsRun run, string name, string? found, CancellationToken cancellationToken)
    {
        if (found is not null && found != run.Context.Deployment.Version)
        {
            run.Context.Log($"{name} says {found} by now and is left as it is");
            return new StepResult.Done();
        }

        await run.Context.EnsureOwnedAsync(cancellationToken);
        try
        {
            await ssm.DeleteAsync(run.Scope, name, cancellationToken);
        }
        catch (AwsException e) when (e.IsDenied)
        {
            run.Context.Log($"{name} was not there before, and cannot be deleted: {AwsWords.Of(e)}");
            return new StepResult.Done();
        }

        run.Context.Log($"{name}: {found ?? "nothing"} → nothing; it was not there before");
        return PutBack(new StepResult.Done(), $"{name} deleted");
    }

    private static StepResult PutBack(StepResult result, string what) =>
        result is StepResult.Done ? new StepResult.Done(new JsonObject { [Words.PutBackOutput] = new JsonArray(what) }) : result;

    private async Task<StepResult> WriteAsync(EcsRun run, string name, string? found, string value, CancellationToken cancellationToken)
    {
        if (found == value)
        {
            run.Context.Log($"{name} says {value} already");
            return new StepResult.Done();
        }

        await run.Context.EnsureOwnedAsync(cancellationToken);
        try
        {
            await ssm.PutAsync(run.Scope, name, value, cancellationToken);
        }
        catch (AwsException e) when (e.Code == "ParameterMaxVersionLimitExceeded")
        {
            return new StepResult.Failed($"{name} cannot take another version: its oldest one has a label; remove that label, then deploy again");
        }

        run.Context.Log($"{name}: {found ?? "nothing"} → {value}");
        return new StepResult.Done();
    }
}
