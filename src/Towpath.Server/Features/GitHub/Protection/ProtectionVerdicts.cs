using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Target;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Views;
using DeploymentFilter = Towpath.Engine.Storage.DeploymentFilter;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>
/// Whether a workflow run may deploy: by the gates of the environments here that GitHub's stands for, for the build of its very commit. What approvals need is the
/// deployment that somebody asked for here; without one, the other gates are read as if the run had asked.
/// </summary>
public sealed class ProtectionVerdicts(IStore store, Configurations configurations, RepositoryPins pins, GateInputs inputs, Links links, TimeProvider time)
{
    private const int MostDeployments = 200;

    /// <summary>Until a run that was only just dispatched is noted.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    /// <summary>While nobody can tell that there is something new.</summary>
    private static readonly TimeSpan Untold = TimeSpan.FromMinutes(1);

    /// <summary>After it, what is missing is hardly on its way.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromHours(1);

    /// <param name="request">What was asked.</param>
    /// <param name="run">As GitHub has it now.</param>
    /// <param name="repository">Where it runs.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    /// <returns>One for each environment; all of them must be open.</returns>
    public async Task<IReadOnlyList<ProtectionFinding>> FindAsync(ProtectionRequest request, WorkflowRun run, KnownRepository repository, CancellationToken cancellationToken)
    {
        if (IsOfFork(run, repository)) return [OfFork(request)];
        var configuration = await configurations.CurrentAsync(cancellationToken);
        var commit = request.Sha.Length > 0 ? request.Sha : run.HeadSha;
        var named = ProtectionPlaces.Of(configuration, repository.At.FullName, request.Environment, commit, run.HeadBranch);
        if (named.Count == 0) return [NoEnvironment(request, repository)];
        var places = new List<EnvironmentOfApplication>();
        foreach (var place in named)
            if (await pins.WhyNotAsync(WantedOf(place), repository.At.FullName, repository.Ids, cancellationToken) is null) places.Add(place);
        if (places.Count == 0) return [OfTakenName(request, repository, WantedOf(named[0]))];
        foreach (var place in places)
            if (await OfOwnRunAsync(place, run, cancellationToken) is { } own) return [own];
        var findings = new List<ProtectionFinding>();
        foreach (var place in places)
            if (await OfCommitAsync(place, commit, run, cancellationToken) is { } finding) findings.Add(finding);
        return findings.Count > 0 ? findings : [NoBuild(request, places, commit)];
    }

    private static WantedRepository WantedOf(EnvironmentOfApplication place) => WantedRepository.Of(place.Application, place.Environment)!;

    /// <summary>GitHub gives the secrets of an environment to whoever may deploy there. What a pull request of a fork runs, nobody here has seen.</summary>
    private static bool IsOfFork(WorkflowRun run, KnownRepository repository) =>
        run.HeadRepository is { } head ? head.Id != repository.Id : run.Event?.StartsWith("pull_request", StringComparison.Ordinal) == true;

    /// <summary>
    /// A run that a deployment here started does what that deployment may. Only what its steps noted proves that; a run's name may be anybody's. What others start by hand
    /// deploys what they gave it, which nobody here can see, whatever commit its workflow is of.
    /// </summary>
    private async Task<ProtectionFinding?> OfOwnRunAsync(EnvironmentOfApplication place, WorkflowRun run, CancellationToken cancellationToken)
    {
        if (place.Environment.Target.Kind != GitHubTargetSettings.Kind || GitHubNames.IsListenedTo(place.Environment.Target)) return null;
        var open = await store.Deployments.OpenAsync(place.Application.Name, cancellationToken);
        var active = open.FirstOrDefault(d => d.Key == place.Key && d.Phase.IsActive());
        if (active is not null && DispatchIds.RunsOf(active).Contains(run.Id)) return Found(ProtectionAnswerState.Open, active, "Towpath started this run for it");
        if (run.Event is not ("workflow_dispatch" or "repository_dispatch")) return null;
        var shown = DispatchIds.DeploymentIn(run.DisplayTitle ?? "");
        if (active is not null && (shown is null || string.Equals(shown, active.Id.Value, StringComparison.Ordinal)))
            return Found(ProtectionAnswerState.Waiting, active, "it is not noted yet whether Towpath started this run") with { LookAgain = Moment, IsTold = false };
        return new ProtectionFinding(ProtectionAnswerState.Closed, place.Key.ToString(), "no deployment of Towpath that is on its way started this run, and what it was given cannot be seen")
        {
            Key = place.Key, WhatToDo = $"let Towpath start it: towpath promote {place.Key.Application} --to {place.Key.Environment}",
        };
    }

    /// <returns>Null where nothing is known here of this commit.</returns>
    private async Task<ProtectionFinding?> OfCommitAsync(EnvironmentOfApplication place, string commit, WorkflowRun run, CancellationToken cancellationToken)
    {
        var deployments = await store.Deployments.ListAsync(new DeploymentFilter(place.Key.Application, place.Key.Environment, Limit: MostDeployments), cancellationToken);
        if (deployments.FirstOrDefault(d => string.Equals(d.Commit, commit, StringComparison.Ordinal)) is { } newest && !await IsOverAsync(newest, cancellationToken))
            return await OfDeploymentAsync(newest, cancellationToken);
        var builds = await store.Builds.OfCommitAsync(place.Application.Name, commit, cancellationToken);
        if ((builds.FirstOrDefault(build => PullRequestGate.MayGo(build.Pull, place.Environment.Name)) ?? (builds.Count > 0 ? builds[0] : null)) is not { } found) return null;
        var asked = Asked(place, found, run);
        return await OfGatesAsync(asked, isAsked: false, cancellationToken);
    }

    /// <summary>What was approved for it then does not bring it back: something else runs there now, and whoever runs an old job again asks anew.</summary>
    private async Task<bool> IsOverAsync(Deployment deployment, CancellationToken cancellationToken) =>
        deployment.Phase == Phase.Succeeded && (await store.Environments.GetAsync(deployment.Key, cancellationToken)).Running?.Deployment != deployment.Id;

    private async Task<ProtectionFinding> OfDeploymentAsync(Deployment deployment, CancellationToken cancellationToken) => deployment.Phase switch
    {
        Phase.Running or Phase.Verifying => Found(ProtectionAnswerState.Open, deployment, "Towpath deploys it, and all gates were open when it began"),
        Phase.Waiting or Phase.Queued or Phase.Succeeded => await OfGatesAsync(deployment, isAsked: true, cancellationToken),
        Phase.RollingBack or Phase.NeedsAttention => Found(ProtectionAnswerState.Waiting, deployment, $"{Words.Of(deployment.Phase)} in Towpath"),
        Phase.Failed or Phase.RolledBack or Phase.RollbackFailed or Phase.Cancelled or Phase.Superseded => Found(
            ProtectionAnswerState.Closed, deployment, $"{Words.Of(deployment.Phase)} in Towpath{(deployment.Outcome is { Length: > 0 } why ? $": {why}" : "")}") with
        {
            WhatToDo = $"promote it again ({Command(deployment)}), and run the job again",
        },
    };

    private async Task<ProtectionFinding> OfGatesAsync(Deployment deployment, bool isAsked, CancellationToken cancellationToken)
    {
        var gates = (await inputs.ReadAsync(deployment, cancellationToken)).Gates;
        if (gates.IsOpen) return Of(ProtectionAnswerState.Open, deployment, "all gates are open", isAsked);
        var state = PullRequestGate.IsClosed(gates) ? ProtectionAnswerState.Closed : ProtectionAnswerState.Waiting;
        return Of(state, deployment, $"waits for {GateWords.WaitsFor(gates)}", isAsked) with
        {
            Gates = gates,
            LookAgain = ChecksGate.IsUnavailable(gates) ? Untold : gates.NextInstant() is { } instant ? instant - time.GetUtcNow() : null,
            WhatToDo = state == ProtectionAnswerState.Closed || isAsked ? null : $"nobody has asked Towpath for it: {Command(deployment)}",
        };
    }

    /// <summary>As if the run had asked for it here. Nobody can approve what is not there: where approvals are wanted, this says how to ask.</summary>
    private Deployment Asked(EnvironmentOfApplication place, Build build, WorkflowRun run)
    {
        var now = time.GetUtcNow();
        return new Deployment
        {
            Id = DeploymentId.New(time), Key = place.Key, BuildId = build.Id, Commit = build.Commit, Version = build.Version, Digest = build.Digest, Artifacts = build.Artifacts,
            // After a rollback nothing goes there by itself.
            Origin = run.Event == "workflow_dispatch" ? Origin.Manual : Origin.Automatic,
            RequestedBy = run.Actor is { Login.Length: > 0 } actor ? actor.Login : "github", RequestedAt = now, PhaseSince = now, Author = build.Author, BuiltForPull = build.Pull,
        };
    }

    private ProtectionFinding NoEnvironment(ProtectionRequest request, KnownRepository repository) =>
        new(ProtectionAnswerState.Waiting, request.Environment, $"no application of {repository.At.FullName} has an environment that GitHub knows by this name")
        {
            WhatToDo = "name it in the app spec, or take Towpath out of this environment's protection rules", LookAgain = WhileMissing(request),
        };

    private static ProtectionFinding OfFork(ProtectionRequest request) => new(ProtectionAnswerState.Closed, request.Environment, "this run comes from a fork, which never deploys");

    private static ProtectionFinding OfTakenName(ProtectionRequest request, KnownRepository repository, WantedRepository wanted) =>
        new(ProtectionAnswerState.Waiting, request.Environment, $"{repository.At.FullName} is another repository than the one that is meant")
        {
            WhatToDo = wanted.IfMeant(repository.Ids),
        };

    private ProtectionFinding NoBuild(ProtectionRequest request, List<EnvironmentOfApplication> places, string commit) =>
        new(ProtectionAnswerState.Waiting, string.Join(", ", places.Take(3).Select(place => place.Key.ToString())), $"no build of {CommitName.Short(commit)} was reported to Towpath yet")
        {
            WhatToDo = "let CI report it (towpath build add) in a job before this one", LookAgain = WhileMissing(request), Key = places[0].Key,
        };

    private TimeSpan? WhileMissing(ProtectionRequest request) => time.GetUtcNow() - request.AskedAt < Soon ? Untold : null;

    private ProtectionFinding Found(ProtectionAnswerState state, Deployment deployment, string words) => Of(state, deployment, words, isAsked: true);

    private ProtectionFinding Of(ProtectionAnswerState state, Deployment deployment, string words, bool isAsked) =>
        new(state, deployment.Key.ToString(), words) { Key = deployment.Key, Version = deployment.Version, Url = isAsked ? links.To(deployment.Id) : null };

    private static string Command(Deployment deployment) => $"towpath promote {deployment.Key.Application} --to {deployment.Key.Environment} --version {deployment.Version}";
}
