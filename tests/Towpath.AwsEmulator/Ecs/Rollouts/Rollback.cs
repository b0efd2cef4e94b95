using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Ecs.Services;

namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>
/// The way back to the last revision that was successful. The older entry of <c>deployments</c> becomes PRIMARY and
/// COMPLETED again, so that a waiter which looks only at the PRIMARY takes the failed deployment for a success.
/// </summary>
internal sealed class Rollback(Rollout rollout, Failure failure)
{
    private readonly ServiceDeployment _made = rollout.Made;
    private readonly EcsService _service = rollout.Made.Service;

    public void Begin()
    {
        var target = _service.Deployments.FirstOrDefault(each => each != rollout.Deployment && each.Revision == _service.Completed);
        if (target is null)
        {
            rollout.End("ROLLBACK_FAILED", "No rollback candidate was found to run the rollback.");
            return;
        }
        _made.Become("ROLLBACK_IN_PROGRESS", failure.Reason);
        _made.Rollback = new RollbackNote(failure.Reason, _service.Region.Now, target.Revision.Arn);
        (_made.TestTraffic, _made.ProductionTraffic) = (0, 0);
        MakePrimary(target);
        rollout.After(rollout.Script.RollbackTakes, () =>
        {
            if (rollout.Script.RollbackFails) GiveUp(target);
            else Finish(target);
        });
    }

    private void MakePrimary(Deployment target)
    {
        _service.Deployments.Remove(target);
        foreach (var other in _service.Deployments) other.Become("ACTIVE");
        _service.Deployments.Insert(0, target);
        target.Become("PRIMARY");
        target.Roll("IN_PROGRESS", $"{failure.Return}: rolling back to deploymentId {target.Id}.");
        target.DesiredCount = _service.DesiredCount;
        _service.Say($"(service {_service.Name}) rolling back to deployment {target.Id}.");
        rollout.Deployment.Fleet?.Drain();
        rollout.Deployment.DesiredCount = 0;
        target.Fleet?.Resume();
        target.Fleet?.Fill();
    }

    private void Finish(Deployment target)
    {
        foreach (var other in _service.Deployments.Where(each => each != target)) other.Fleet?.Drain();
        _service.Deployments.RemoveAll(each => each != target);
        target.Roll("COMPLETED", $"ECS deployment {target.Id} completed.");
        _service.Say($"(service {_service.Name}) (deployment {target.Id}) deployment completed.");
        _service.Say($"(service {_service.Name}) has reached a steady state.");
        rollout.End("ROLLBACK_SUCCESSFUL");
    }

    private void GiveUp(Deployment target)
    {
        target.Roll("FAILED", $"{failure.Return}: rolling back to deploymentId {target.Id} failed.");
        _service.Say($"(service {_service.Name}) (deployment {target.Id}) rollback has failed.");
        rollout.End("ROLLBACK_FAILED", "Service deployment rollback failed because tasks failed to start.");
    }
}
