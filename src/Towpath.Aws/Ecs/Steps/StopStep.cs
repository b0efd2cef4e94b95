using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.Following;
using Towpath.Aws.Steps;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.Steps;

/// <summary>
/// First of a rollback: where the failed version's deployment still goes on, ECS is told to stop it and to go back, and is watched until it has. Where ECS
/// went back by itself, or nothing was changed yet, there is nothing to stop.
/// </summary>
internal sealed class StopStep(EcsClient ecs, EcsLooks looks, OurDeployment ours, TimeProvider time) : EcsStep
{
    public const string Name = "ecs.stop";

    public override string Kind => Name;

    public override StepPolicy Policy => new(TimeSpan.FromHours(2));

    protected override async Task<StepResult> RunAsync(EcsRun run, CancellationToken cancellationToken)
    {
        var forward = Settings.List(run.RecordOf(RegisterStep.Name, rollback: false)?.Outputs ?? [], RegisterStep.Definitions);
        var waits = new List<string>();
        for (var i = 0; i < run.Inputs.Units.Count && i < forward.Count && i < run.Before.Count; i++)
            if (!run.Inputs.Units[i].IsRule && await StopAsync(run, run.Inputs.Units[i], forward[i], run.Before[i], cancellationToken) is { } progress) waits.Add(progress);
        return waits.Count == 0 ? new StepResult.Done() : new StepResult.Running(Pace.After(time.GetUtcNow() - run.Context.StartedAt), string.Join("; ", waits));
    }

    /// <returns>Null when nothing of it goes on any more, or it is left to the next step; else what it waits for.</returns>
    private async Task<string?> StopAsync(EcsRun run, EcsUnit unit, string definition, UnitBefore before, CancellationToken cancellationToken)
    {
        try
        {
            if (await ours.FindAsync(run.Patient, unit, definition, before.Known, null, cancellationToken) is not { } arn) return null;
            var status = (await looks.ServiceDeploymentAsync(run.Scope, arn, cancellationToken))?.Text("status");
            if (status is "STOP_REQUESTED" or "ROLLBACK_REQUESTED" or "ROLLBACK_IN_PROGRESS") return $"{unit.Title}: ECS goes back";
            if (status is not ("PENDING" or "IN_PROGRESS")) return null;
            await run.Context.EnsureOwnedAsync(cancellationToken);
            await ecs.StopServiceDeploymentAsync(run.Patient, arn, cancellationToken);
            run.Context.Log($"{unit.Title}: told ECS to stop deployment {AwsDocument.Tail(arn)} and to go back");
            return $"{unit.Title}: ECS goes back";
        }
        catch (AwsException e) when (e.Code is "ConflictException" or "ServiceDeploymentNotFoundException")
        {
            // It ended in this moment: the next look says how.
            return $"{unit.Title}: its deployment just ended";
        }
        catch (AwsException e) when (e.IsDenied || e.Code is "InvalidParameterException" or "UnsupportedFeatureException")
        {
            run.Context.Log($"{unit.Title}: its deployment is not stopped but replaced: {e.Failure}");
            return null;
        }
    }
}
