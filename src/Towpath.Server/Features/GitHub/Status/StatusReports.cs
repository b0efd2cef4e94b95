using Towpath.Core.Applications;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Views;

namespace Towpath.Server.Features.GitHub.Status;

/// <summary>What a pull request's comment tells of deployments: of each environment the newest.</summary>
public sealed class StatusReports(IStore store, Configurations configurations, Links links, EnvironmentUrls urls)
{
    public async Task<IReadOnlyList<StatusReport>> OfAsync(IEnumerable<DeploymentId> ids, CancellationToken cancellationToken)
    {
        var deployments = new List<Deployment>();
        foreach (var id in ids.Distinct())
            if (await store.Deployments.GetAsync(id, cancellationToken) is { } deployment) deployments.Add(deployment);
        if (deployments.Count == 0) return [];
        var configuration = await configurations.CurrentAsync(cancellationToken);
        var reports = new List<StatusReport>();
        foreach (var newest in deployments.GroupBy(d => d.Key).Select(of => of.MaxBy(d => d.Id.Value, StringComparer.Ordinal)!).OrderByDescending(d => d.Id.Value, StringComparer.Ordinal))
            reports.Add(await OfAsync(newest, configuration.FindApplication(newest.Key.Application)?.FindEnvironment(newest.Key.Environment), cancellationToken));
        return reports;
    }

    private async Task<StatusReport> OfAsync(Deployment deployment, EnvironmentSpec? environment, CancellationToken cancellationToken)
    {
        var build = await store.Builds.GetAsync(deployment.BuildId, cancellationToken);
        var running = (await store.Environments.GetAsync(deployment.Key, cancellationToken)).Running?.Deployment == deployment.Id;
        return new StatusReport
        {
            Key = deployment.Key, Phase = deployment.Phase, Version = deployment.Version, Commit = deployment.Commit, RequestedBy = deployment.RequestedBy,
            At = deployment.PhaseSince, Branch = build?.Branch, Outcome = deployment.Attention is { } needed ? $"{needed.Reason}: {needed.WhatToDo}" : deployment.Outcome,
            Gates = deployment.Gates, Steps = [.. Steps(deployment.Plan?.Steps, deployment.Steps), .. Undone(deployment)], Url = links.To(deployment.Id),
            EnvironmentUrl = running ? urls.Of(environment, deployment) : null,
        };
    }

    private static IEnumerable<StatusStep> Undone(Deployment deployment) =>
        deployment.RollbackSteps.Any(step => step.Status != StepStatus.Pending) ? Steps(deployment.Plan?.Rollback, deployment.RollbackSteps) : [];

    private static IEnumerable<StatusStep> Steps(IReadOnlyList<PlanStep>? planned, IReadOnlyList<StepRecord> records) =>
        (planned ?? []).Zip(records, (step, record) => new StatusStep(step.Name, record.Status, record.Message));
}
