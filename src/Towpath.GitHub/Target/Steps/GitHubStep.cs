using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Target.Steps;

/// <summary>A step that calls GitHub: a line before a limit is a wait, a refusal is an answer, a fault is an error that is tried again.</summary>
internal abstract class GitHubStep(IRepositoryFinder finder, TimeProvider time) : IStep
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    public abstract string Kind { get; }

    // An hour's allowance may be used up.
    public virtual StepPolicy Policy { get; } = new(TimeSpan.FromHours(24));

    protected TimeProvider Time => time;

    public async Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            var inputs = GitHubInputs.Read(context.Inputs);
            var wanted = WantedRepository.Of(inputs, context.Deployment.Key.Application);
            return await finder.FindAsync(wanted, cancellationToken) is { } repository
                ? await RunAsync(new GitHubRun(context, inputs, repository), cancellationToken)
                : new StepResult.Failed(GitHubTarget.NotReached(inputs.Repository));
        }
        catch (GitHubLimitedException e)
        {
            var wait = e.Until - time.GetUtcNow();
            return new StepResult.Running(wait > Longest ? Longest : wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1), e.Message);
        }
        catch (GitHubException e) when (!e.IsTransient && !e.IsAboutCredentials)
        {
            return new StepResult.Failed(e.Explanation);
        }
        catch (GitHubException e)
        {
            return new StepResult.Errored(new IOException(e.Explanation, e));
        }
        catch (GitHubConfigurationException e) when (e.Kind != RefusalKind.Technical)
        {
            return new StepResult.Failed(e.Explanation);
        }
        catch (GitHubConfigurationException e)
        {
            return new StepResult.Errored(e);
        }
    }

    protected abstract Task<StepResult> RunAsync(GitHubRun run, CancellationToken cancellationToken);
}

/// <param name="Context">The step's.</param>
/// <param name="Inputs">What it was told.</param>
/// <param name="Repository">Where.</param>
internal sealed record GitHubRun(StepContext Context, GitHubInputs Inputs, GitHubRepository Repository)
{
    public bool IsRollback => Context.Deployment.Phase == Phase.RollingBack;

    /// <summary>What became of a step of this kind, in the way forward or in the rollback.</summary>
    public StepRecord? RecordOf(string kind, bool rollback)
    {
        var deployment = Context.Deployment;
        var (steps, records) = rollback ? (deployment.Plan!.Rollback, deployment.RollbackSteps) : (deployment.Plan!.Steps, deployment.Steps);
        for (var i = 0; i < steps.Count && i < records.Count; i++)
            if (string.Equals(steps[i].Kind, kind, StringComparison.Ordinal)) return records[i];
        return null;
    }

    /// <summary>What <see cref="StepContext.IdempotencyToken"/> was for a step of this kind.</summary>
    public string? TokenOf(string kind, bool rollback)
    {
        var steps = rollback ? Context.Deployment.Plan!.Rollback : Context.Deployment.Plan!.Steps;
        for (var i = 0; i < steps.Count; i++)
            if (string.Equals(steps[i].Kind, kind, StringComparison.Ordinal)) return $"{Context.Deployment.Id}-{(rollback ? "r" : "s")}{i}";
        return null;
    }
}
