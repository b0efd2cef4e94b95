using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target.Steps;

/// <summary>Creates the GitHub Deployment: once, however often it is killed. What may be deployed was decided here, so that GitHub is asked to check nothing.</summary>
internal sealed class CreateStep(IRepositoryFinder finder, DeploymentsApi deployments, OwnWork own, TimeProvider time) : GitHubStep(finder, time)
{
    public const string Name = "github.create";

    /// <summary>GitHub's id of what was created, among the outputs.</summary>
    public const string Id = "github_deployment";

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(5);

    public override string Kind => Name;

    protected override async Task<StepResult> RunAsync(GitHubRun run, CancellationToken cancellationToken)
    {
        var context = run.Context;
        if (context.Attempt > 1)
        {
            if (await FindAsync(run.Repository, run.Inputs, context.IdempotencyToken, cancellationToken) is { } made) return await KeepAsync(run, made, cancellationToken);
            if (await Settling.WaitAsync(context, Time, Enough, "looks whether GitHub has the deployment already", cancellationToken) is { } wait) return wait;
            await context.EnsureOwnedAsync(cancellationToken);
        }

        return await deployments.CreateAsync(run.Repository, New(run), cancellationToken) switch
        {
            DeploymentCreation.Created created => await KeepAsync(run, created.Deployment, cancellationToken),
            DeploymentCreation.Merged merged => new StepResult.Failed(
                $"GitHub created no deployment: it merged the default branch into {PlainText.Of(run.Inputs.Ref, 100)} ({PlainText.Of(merged.Message, 200)}). The merge is a push of its own, and is deployed when its own checks have passed"),
            DeploymentCreation.Refused refused => new StepResult.Failed(Words(run.Inputs, refused.Failure)),
            var other => throw new InvalidOperationException($"a creation ended as {other.GetType().Name}"),
        };
    }

    /// <summary>By its marker, of those that this App made; null where there is none.</summary>
    private async Task<GitHubDeployment?> FindAsync(GitHubRepository repository, GitHubInputs inputs, string token, CancellationToken cancellationToken)
    {
        // A branch may have moved on before GitHub looked, so that it is not asked for by its commit then.
        var filter = new DeploymentFilter(inputs.Environment, inputs.AutoMerge ? null : inputs.Sha, inputs.Task);
        await foreach (var deployment in deployments.ListAsync(repository, filter, cancellationToken).Take(1000).WithCancellation(cancellationToken))
            if (DeploymentMarker.Of(deployment.Payload) is { } marker && string.Equals(marker.Id, token, StringComparison.Ordinal) && await own.IsAsync(deployment, cancellationToken)) return deployment;
        return null;
    }

    private static NewDeployment New(GitHubRun run) => new()
    {
        Ref = run.Inputs.Ref,
        Environment = run.Inputs.Environment,
        Task = run.Inputs.Task,
        AutoMerge = run.Inputs.AutoMerge,
        RequiredContexts = [],
        Payload = DeploymentMarker.ToElement(new DeploymentMarker(run.Context.IdempotencyToken, run.Context.Deployment.Id.Value, IsMirror: false).In(run.Inputs.Payload)),
        Description = run.Inputs.Description,
        ProductionEnvironment = run.Inputs.IsProduction,
        TransientEnvironment = run.Inputs.IsTransient,
    };

    /// <summary>What GitHub deploys must be what was decided on; else whoever listens is told to leave it.</summary>
    private async Task<StepResult> KeepAsync(GitHubRun run, GitHubDeployment made, CancellationToken cancellationToken)
    {
        if (!string.Equals(made.Sha, run.Inputs.Sha, StringComparison.OrdinalIgnoreCase))
        {
            var words = $"GitHub made the deployment of {CommitName.Short(made.Sha)}, and {CommitName.Short(run.Inputs.Sha)} was decided on: {PlainText.Of(run.Inputs.Ref, 100)} has moved on";
            await deployments.ReportAsync(run.Repository, made.Id, new NewDeploymentStatus { State = DeploymentState.Error, Description = words, AutoInactive = false }, cancellationToken);
            return new StepResult.Failed($"{words}. The deployment was taken back; the newer commit is deployed by its own push");
        }

        run.Context.Log($"GitHub has deployment {made.Id} of {CommitName.Short(made.Sha)} to {PlainText.Of(made.Environment, 100)} in {run.Repository}");
        return new StepResult.Done(new JsonObject { [Id] = made.Id, ["github_repository"] = run.Repository.FullName, ["github_environment"] = made.Environment });
    }

    private static string Words(GitHubInputs inputs, GitHubFailure failure) => failure.Errors.SelectMany(e => e.Contexts).ToList() is { Count: > 0 } contexts
        ? $"GitHub created no deployment of {CommitName.Short(inputs.Sha)}: {string.Join(", ", contexts.Select(c => $"{PlainText.Of(c.Context, 100)} is {PlainText.Of(c.State, 40)}"))}. Wait until these have passed, then deploy again"
        : $"GitHub created no deployment of {CommitName.Short(inputs.Sha)}: {PlainText.Of(failure.Message, 300)}. Merge the default branch into {PlainText.Of(inputs.Ref, 100)} yourself, or leave `auto_merge` out, then deploy again";
}
