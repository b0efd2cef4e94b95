using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Deliverybot;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Previews;
using Towpath.Core.Targets;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Target.Steps;

namespace Towpath.GitHub.Target;

/// <summary>
/// Whoever listens to GitHub: a GitHub Deployment is created, and its statuses tell the outcome (row D1); or a workflow is dispatched, and exactly the run that
/// this started tells it (row C5).
/// </summary>
public sealed class GitHubTarget(IRepositoryFinder finder, RepositoriesApi repositories, DeploymentsApi deployments) : ITarget
{
    public string Kind => GitHubTargetSettings.Kind;

    public Rule.Mapping Grammar => GitHubTargetSettings.Grammar;

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits)
    {
        var settings = GitHubTargetSettings.Read(target);
        List<string> problems = [.. settings.Problems];
        if (RefuseRepository(settings.Repository, limits) is { } refused) problems.Add(refused);
        return problems;
    }

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target) => [];

    public string? Capability(TargetSpec target) => null;

    public async Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var settings = GitHubTargetSettings.Read(request.Environment.Target);
        if (WantedRepository.Of(settings, request.Key.Application, request.Repository) is not { } wanted)
            return new PlanResult.Refused("the app spec names no `repository`, in which it would be deployed; name it there or in the target", RefusalKind.Wrong);
        if (await finder.FindAsync(wanted, cancellationToken) is not { } repository) return new PlanResult.Refused(NotReached(wanted.Name), RefusalKind.Wrong);
        var defaultBranch = settings is { Workflow: not null, Ref: null } ? (await repositories.FindAsync(repository, cancellationToken))?.DefaultBranch : null;
        if (settings is { Workflow: not null, Ref: null } && defaultBranch is null) return new PlanResult.Refused(NotReached(wanted.Name), RefusalKind.Wrong);
        var made = new GitHubInputsOf(settings, request, await finder.FixAsync(wanted, cancellationToken), defaultBranch ?? "");
        var good = request.KnownGood is null ? null : GoodCommit(request);
        return new PlanResult.Planned(Forward(made.Deploy()), Back(made, good)) { OnlyUndoes = good is null };
    }

    public async Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken)
    {
        var settings = GitHubTargetSettings.Read(look.Environment.Target);
        if (WantedRepository.Of(settings, look.Key.Application, look.Repository) is not { } wanted) return new ObserveResult.Refused("the app spec names no `repository`; name it there or in the target");
        if (await finder.FindAsync(wanted, cancellationToken) is not { } repository) return new ObserveResult.Refused(NotReached(wanted.Name));
        var environment = GitHubInputsOf.EnvironmentOf(settings, look.Key, wanted.Name, sha: "", branch: null);
        return new ObserveResult.Seen(await new GitHubObservation(deployments).OfAsync(repository, environment, look, cancellationToken));
    }

    internal static string NotReached(string repository) =>
        $"Towpath does not reach {PlainText.Of(repository, 140)} on GitHub: create the GitHub App and install it there, or check the repository's name";

    private static string? RefuseRepository(string? repository, OperatorLimits limits)
    {
        if (repository is null || limits.Trusted || string.Equals(repository, limits.Repository, StringComparison.OrdinalIgnoreCase)) return null;
        if (limits.Project is not { } project)
            return $"`repository`: '{PlainText.Of(repository, 140)}' is not the application's own, and no project lists both; ask the operator to list both under `repositories` of one project in towpath.yaml";
        return project.Repositories.Contains(repository, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"`repository`: '{PlainText.Of(repository, 140)}' is outside of the project '{project.Name}'; ask the operator to add it under `projects.{project.Name}.repositories` of towpath.yaml";
    }

    private static string? GoodCommit(PlanRequest request) =>
        request.KnownGoodCommit ?? request.KnownGoodArtifacts.FirstOrDefault(artifact => artifact.Kind == ArtifactKind.Commit)?.Reference;

    private static List<PlanStep> Forward(GitHubInputs inputs) => inputs.Workflow is null
        ?
        [
            new PlanStep("create", CreateStep.Name, Stage.Deploy, Switches: false, inputs.ToJson()),
            new PlanStep("follow", FollowStep.Name, Stage.Deploy, Switches: true, inputs.ToJson()),
        ]
        :
        [
            new PlanStep("dispatch", DispatchStep.Name, Stage.Deploy, Switches: false, inputs.ToJson()),
            new PlanStep("follow", FollowRunStep.Name, Stage.Deploy, Switches: true, inputs.ToJson()),
        ];

    private static List<PlanStep> Back(GitHubInputsOf made, string? good) =>
    [
        new PlanStep("stop", StopStep.Name, Stage.Deploy, Switches: false, made.Deploy().ToJson()),
        .. good is null ? [] : Forward(made.Rollback(good)),
    ];
}

/// <summary>Makes the inputs of a deployment and of its rollback.</summary>
/// <param name="Settings">The target's.</param>
/// <param name="Request">What is to be deployed.</param>
/// <param name="Wanted">Where.</param>
/// <param name="DefaultBranch">The repository's, where a workflow is taken from it.</param>
internal sealed record GitHubInputsOf(GitHubTargetSettings Settings, PlanRequest Request, WantedRepository Wanted, string DefaultBranch)
{
    public GitHubInputs Deploy() => Of(Request.Commit, Request.Version, Request.Artifacts, Request.Branch, Request.Tag);

    public GitHubInputs Rollback(string commit) => Of(commit, Request.KnownGood!.Version, Request.KnownGoodArtifacts, branch: null, tag: null);

    /// <summary>GitHub's name of the environment.</summary>
    public static string EnvironmentOf(GitHubTargetSettings settings, EnvironmentKey key, string repository, string sha, string? branch) =>
        settings.Environment is { } named ? VariablesOf(settings, key, repository, sha, branch).Fill(named) : key.Environment;

    private GitHubInputs Of(string commit, string version, IReadOnlyList<Artifact> artifacts, string? branch, string? tag)
    {
        var variables = VariablesOf(Settings, Request.Key, Wanted.Name, commit, branch ?? tag);
        var environment = EnvironmentOf(Settings, Request.Key, Wanted.Name, commit, branch ?? tag);
        var payload = (JsonObject)variables.Fill(Settings.Payload)!;
        payload["target"] = variables.Target;
        return new GitHubInputs
        {
            Repository = Wanted.Name,
            Ids = Wanted.Ids,
            IsOwn = Wanted.IsOwn,
            Environment = environment,
            Sha = commit,
            Ref = Settings.Workflow is not null ? Settings.Ref ?? DefaultBranch : Settings.AutoMerge && branch is not null ? branch : commit,
            Within = Settings.Within,
            Workflow = Settings.Workflow,
            Given = Settings.Workflow is null ? new Dictionary<string, string>(StringComparer.Ordinal) : Given(commit, version, artifacts, branch, tag),
            AutoMerge = Settings.AutoMerge && branch is not null,
            IsProduction = Settings.IsProduction ?? environment == "production",
            IsTransient = Settings.IsTransient ?? PreviewSlot.IsReserved(Request.Key.Environment),
            Task = Settings.Task,
            Description = Settings.Description is { } description ? variables.Fill(description) : $"{Request.Key.Application} {version}",
            Payload = payload,
        };
    }

    private Dictionary<string, string> Given(string commit, string version, IReadOnlyList<Artifact> artifacts, string? branch, string? tag)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["slug"] = Request.Key.Application, ["environment"] = Request.Key.Environment, ["version"] = version, ["sha"] = commit,
            ["short_sha"] = CommitName.Short(commit), ["digest"] = artifacts is [var only] ? only.Digest.Value : null,
            ["artifact"] = artifacts is [var one] ? one.Reference : null, ["branch"] = branch, ["tag"] = tag,
        };
        return Settings.Inputs is { } wanted
            ? wanted.ToDictionary(input => input.Key, input => Placeholders.Fill(input.Value, values) ?? "", StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["application"] = Request.Key.Application, ["environment"] = Request.Key.Environment, ["version"] = version, ["sha"] = commit,
            };
    }

    private static DeploymentVariables VariablesOf(GitHubTargetSettings settings, EnvironmentKey key, string repository, string sha, string? reference)
    {
        var slash = repository.IndexOf('/', StringComparison.Ordinal);
        return new DeploymentVariables(
            reference ?? sha, sha, PreviewSlot.TryParse(key.Environment)?.Pull, settings.Name ?? key.Environment, repository[..slash], repository[(slash + 1)..]);
    }
}
