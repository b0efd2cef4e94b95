using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Previews;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Target;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Views;

namespace Towpath.Server.Features.GitHub.Mirror;

/// <summary>
/// One look at a deployment: GitHub has it, and says of it what is so now. Its making is noted before it is asked for, so that only where that was interrupted
/// GitHub's list is looked through; it is found by its marker, among what this App made.
/// </summary>
internal sealed class MirrorRounds(
    IStore store, Configurations configurations, GitHubRepositories repositories, DeploymentsApi deployments, OwnWork own, EnvironmentUrls urls, Links links)
{
    /// <returns>What to save at the end.</returns>
    public async Task<IReadOnlyList<Change>> ShowAsync(DeploymentId id, ClaimedWork work, CancellationToken stop)
    {
        if (await store.Deployments.GetAsync(id, stop) is not { } deployment) return [];
        var configuration = await configurations.CurrentAsync(stop);
        if (configuration.FindApplication(deployment.Key.Application) is not { Repository: not null } application) return [];
        var environment = application.FindEnvironment(deployment.Key.Environment);
        if (OwnIds(deployment) is { Count: > 0 } ids) return await CloseOwnAsync(new Shown(deployment, application, environment), ids, work, stop);
        if (!application.GitHub.Deployments || (environment is not null && GitHubNames.IsListenedTo(environment.Target))) return [];
        var mirror = await store.Mirrors.GetAsync(id, stop);
        if (mirror is { Problem: not null }) return [];
        var repository = (mirror is null ? null : await repositories.FindAsync(mirror.RepositoryId, stop)) ?? await repositories.FindOwnAsync(application, stop);
        return repository is null ? [] : await ShowAsync(new Shown(deployment, application, environment), repository, mirror, work, stop);
    }

    /// <summary>Everything that GitHub shows of these ends.</summary>
    /// <returns>What to save at the end.</returns>
    public async Task<IReadOnlyList<Change>> EndAsync(IEnumerable<DeploymentMirror> mirrors, string why, ClaimedWork work, CancellationToken stop)
    {
        DeploymentMirror? ended = null;
        foreach (var mirror in mirrors)
        {
            if (await repositories.FindAsync(mirror.RepositoryId, stop) is not { } repository) continue;
            if (ended is null) await OwnedAsync(work, stop);
            else await SaveAsync(ended, work, stop);
            ended = await EndAsync(repository, mirror, why, stop);
        }

        return ended is null ? [] : [new Change.SaveMirror(ended)];
    }

    private async Task<DeploymentMirror> EndAsync(KnownRepository repository, DeploymentMirror mirror, string why, CancellationToken stop)
    {
        try
        {
            return await TellAsync(repository, mirror, new NewDeploymentStatus { State = DeploymentState.Inactive, Description = why, LogUrl = links.To(mirror.Deployment), AutoInactive = false }, stop);
        }
        catch (GitHubException gone) when (!gone.IsTransient && !gone.IsAboutCredentials)
        {
            // Somebody deleted it, or the App may no longer: nothing is left to be ended.
            return mirror with { State = "inactive", Problem = PlainText.Of(gone.Explanation, 500) };
        }
    }

    private async Task<IReadOnlyList<Change>> ShowAsync(Shown shown, KnownRepository repository, DeploymentMirror? mirror, ClaimedWork work, CancellationToken stop)
    {
        if (mirror is null && shown.Deployment.Phase.IsTerminal() && shown.Deployment.StartedAt is null) return [];
        var isNew = mirror?.GitHubId is null;
        mirror = isNew ? await MakeAsync(shown, repository, mirror, work, stop) : mirror!;
        // What is on its way may be something else in a moment.
        if (isNew && !shown.Deployment.Phase.IsTerminal()) return [new Change.SaveMirror(mirror), MirrorWork.Look(shown.Deployment.Id, MirrorWork.Moment)];
        var (state, description) = await StateAsync(shown, mirror.RepositoryId, stop);
        if (!string.Equals(mirror.State, MirrorStates.Word(state), StringComparison.Ordinal)) mirror = await TellAsync(shown, repository, mirror, isNew, state, description, work, stop);
        return state == DeploymentState.Success ? await ReplaceAsync(shown, mirror, work, stop) : [];
    }

    private async Task<DeploymentMirror> TellAsync(Shown shown, KnownRepository repository, DeploymentMirror mirror, bool isNew, DeploymentState state, string description, ClaimedWork work, CancellationToken stop)
    {
        var status = new NewDeploymentStatus
        {
            State = state, Description = description, LogUrl = links.To(shown.Deployment.Id), EnvironmentUrl = state is DeploymentState.Success or DeploymentState.InProgress ? urls.Of(shown.Environment, shown.Deployment) : null, AutoInactive = false,
        };
        if (!isNew) await OwnedAsync(work, stop);
        return await ReportAsync(repository, mirror, status, work, stop);
    }

    private async Task<DeploymentMirror> MakeAsync(Shown shown, KnownRepository repository, DeploymentMirror? begun, ClaimedWork work, CancellationToken stop)
    {
        var marker = new DeploymentMarker(shown.Deployment.Id.Value, shown.Deployment.Id.Value, IsMirror: true);
        var mirror = begun ?? new DeploymentMirror(shown.Deployment.Id, shown.Deployment.Key, repository.Id);
        var name = NameOf(shown);
        if (begun is null) await SaveAsync(mirror, work, stop);
        else if (await FindAsync(repository, name, shown.Deployment.Commit, marker, stop) is { } made) return mirror with { GitHubId = made.Id, Failures = 0 };
        else await OwnedAsync(work, stop);
        var isProduction = name == "production" || shown.Deployment.Key.Environment == "production";
        var creation = await deployments.CreateAsync(repository.At, new NewDeployment
        {
            Ref = shown.Deployment.Commit, Environment = name, Task = "deploy", AutoMerge = false, RequiredContexts = [],
            Payload = DeploymentMarker.ToElement(marker.In(new JsonObject { ["application"] = shown.Deployment.Key.Application, ["version"] = shown.Deployment.Version })),
            Description = $"{shown.Deployment.Key.Application} {shown.Deployment.Version}",
            ProductionEnvironment = isProduction, TransientEnvironment = PreviewSlot.IsReserved(shown.Deployment.Key.Environment),
        }, stop);
        return creation switch
        {
            DeploymentCreation.Created { Deployment.Id: var id } => mirror with { GitHubId = id, Failures = 0 },
            DeploymentCreation.Refused { Failure: var failure } => throw new GitHubException(failure),
            _ => throw new InvalidOperationException("GitHub merged, and was not asked to"),
        };
    }

    private async Task<GitHubDeployment?> FindAsync(KnownRepository repository, string environment, string commit, DeploymentMarker marker, CancellationToken stop)
    {
        await foreach (var made in deployments.ListAsync(repository.At, new Towpath.GitHub.Rest.DeploymentFilter(environment, commit), stop).Take(1000).WithCancellation(stop))
            if (DeploymentMarker.Of(made.Payload) == marker && await own.IsAsync(made, stop)) return made;
        return null;
    }

    private async Task<DeploymentMirror> ReportAsync(KnownRepository repository, DeploymentMirror mirror, NewDeploymentStatus status, ClaimedWork work, CancellationToken stop)
    {
        var told = await TellAsync(repository, mirror, status, stop);
        await SaveAsync(told, work, stop);
        return told;
    }

    private async Task<DeploymentMirror> TellAsync(KnownRepository repository, DeploymentMirror mirror, NewDeploymentStatus status, CancellationToken stop)
    {
        await deployments.ReportAsync(repository.At, mirror.GitHubId!.Value, status, stop);
        return mirror with { State = MirrorStates.Word(status.State), Failures = 0 };
    }

    private async Task<(DeploymentState State, string Description)> StateAsync(Shown shown, long repository, CancellationToken stop)
    {
        if (PreviewSlot.TryParse(shown.Deployment.Key.Environment) is { } slot && shown.Deployment.Phase.IsTerminal() && await store.Facts.PullAsync(repository, slot.Pull, stop) is { IsOpen: false })
            return (DeploymentState.Inactive, "the pull request is closed");
        var current = shown.Deployment.Phase != Phase.Succeeded || (await store.Environments.GetAsync(shown.Deployment.Key, stop)).KnownGood is not { } good || good.Deployment == shown.Deployment.Id;
        return MirrorStates.Of(shown.Deployment, current);
    }

    /// <summary>What stood there before is no longer there. GitHub says so by itself neither of production nor of what is transient.</summary>
    /// <returns>What to save at the end.</returns>
    private async Task<IReadOnlyList<Change>> ReplaceAsync(Shown shown, DeploymentMirror mirror, ClaimedWork work, CancellationToken stop)
    {
        var replaced = (await store.Mirrors.ShownAsync(shown.Deployment.Key.Application, stop)).Where(m => m.Key == shown.Deployment.Key && m.Deployment != mirror.Deployment && m.State == "success");
        return await EndAsync(replaced, $"replaced by {shown.Deployment.Version}", work, stop);
    }

    /// <summary>The target made it, and whoever listens says how it went; what they do not say is said here at the end.</summary>
    private async Task<IReadOnlyList<Change>> CloseOwnAsync(Shown shown, IReadOnlyList<long> ids, ClaimedWork work, CancellationToken stop)
    {
        if (!shown.Deployment.Phase.IsTerminal() || WantedOf(shown) is not { } wanted || await repositories.FindAsync(wanted, stop) is not { } repository) return [];
        var stands = shown.Deployment.Phase is Phase.Succeeded or Phase.RolledBack;
        var mirror = await store.Mirrors.GetAsync(shown.Deployment.Id, stop) ?? new DeploymentMirror(shown.Deployment.Id, shown.Deployment.Key, repository.Id) { GitHubId = ids[^1] };
        if (stands && shown.Deployment.Phase == Phase.Succeeded && await StateAsync(shown, repository.Id, stop) is { State: DeploymentState.Inactive } ended)
        {
            if (mirror.State != "inactive") await ReportAsync(repository, mirror, new NewDeploymentStatus { State = ended.State, Description = ended.Description, AutoInactive = false }, work, stop);
            return [];
        }

        if (stands)
        {
            if (mirror.State is null) await SaveAsync(mirror = mirror with { State = "success" }, work, stop);
            return mirror.State == "success" ? await ReplaceAsync(shown, mirror, work, stop) : [];
        }

        if (mirror.State is not null) return [];
        GitHubDeploymentStatus? newest = null;
        await foreach (var status in deployments.StatusesAsync(repository.At, ids[^1], stop))
        {
            newest = status;
            break;
        }

        if (newest is { State: "failure" or "error" or "inactive" }) return [new Change.SaveMirror(mirror with { State = newest.State })];
        await OwnedAsync(work, stop);
        await ReportAsync(repository, mirror, new NewDeploymentStatus { State = DeploymentState.Error, Description = $"Towpath: {shown.Deployment.Outcome}", AutoInactive = false }, work, stop);
        return [];
    }

    private static List<long> OwnIds(Deployment deployment) => [.. deployment.Steps.Concat(deployment.RollbackSteps).Select(step => step.Outputs?["github_deployment"] is JsonValue value && value.TryGetValue<long>(out var id) ? id : 0).Where(id => id > 0)];

    /// <summary>Where the target made it: the repository that the deployment began with, whatever the spec names by now.</summary>
    private static WantedRepository? WantedOf(Shown shown)
    {
        if (shown.Deployment.Steps.Select(step => step.Outputs?["github_repository"]?.GetValue<string>()).FirstOrDefault(made => made is not null) is not { } name) return null;
        if (WantedRepository.Of(shown.Deployment) is { Ids: not null } begun) return begun;
        var said = shown.Environment is { } environment ? WantedRepository.Of(shown.Application, environment) : WantedRepository.OwnOf(shown.Application);
        return string.Equals(said?.Name, name, StringComparison.OrdinalIgnoreCase) ? said : new WantedRepository(shown.Application.Name, name);
    }

    private static string NameOf(Shown shown) => shown.Environment is { } environment ? GitHubNames.EnvironmentOf(shown.Application, environment, shown.Deployment.Commit) : shown.Application.GitHub.NameOf(shown.Application.Name, shown.Deployment.Key.Environment);

    private async Task SaveAsync(DeploymentMirror mirror, ClaimedWork work, CancellationToken stop)
    {
        if (await store.CommitAsync(new Commit { Fence = work.Fence, Changes = [new Change.SaveMirror(mirror)] }, stop) is CommitOutcome.Fenced) throw new OwnershipLostException();
    }

    private async Task OwnedAsync(ClaimedWork work, CancellationToken stop)
    {
        if (!await store.Work.IsOwnedAsync(work.Fence, stop)) throw new OwnershipLostException();
    }

    private sealed record Shown(Deployment Deployment, ApplicationSpec Application, EnvironmentSpec? Environment);
}
