using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.GitHub.Target.Steps;

namespace Towpath.GitHub.Target;

/// <summary>The repository that a spec means. Names can be taken over; ids cannot.</summary>
/// <param name="Application">Whose spec.</param>
/// <param name="Name">As <c>owner/name</c>.</param>
public sealed record WantedRepository(string Application, string Name)
{
    /// <summary>GitHub's, where the spec says them; null for those that were seen first under the name.</summary>
    public RepositoryIds? Ids { get; init; }

    /// <summary>Whether it is the application's own, rather than one that its target deploys through: each says its ids in a place of its own.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Null where the spec names none.</summary>
    public static WantedRepository? OwnOf(ApplicationSpec application) =>
        application.Repository is { } name ? new WantedRepository(application.Name, name) { Ids = application.Builds.Ids, IsOwn = true } : null;

    /// <summary>Where an environment's deployments are made and its workflows run; null where the spec names none.</summary>
    public static WantedRepository? Of(ApplicationSpec application, EnvironmentSpec environment)
    {
        var own = OwnOf(application);
        return environment.Target.Kind == GitHubTargetSettings.Kind && Of(GitHubTargetSettings.Read(environment.Target), application.Name, application.Repository) is { IsOwn: false } other ? other : own;
    }

    /// <summary>The one that a deployment began with; null where its target is none of GitHub's.</summary>
    public static WantedRepository? Of(Deployment deployment) =>
        deployment.Plan?.Steps.FirstOrDefault(step => step.Kind is CreateStep.Name or DispatchStep.Name) is { } step ? Of(GitHubInputs.Read(step.Inputs), deployment.Key.Application) : null;

    internal static WantedRepository Of(GitHubInputs inputs, string application) => new(application, inputs.Repository) { Ids = inputs.Ids, IsOwn = inputs.IsOwn };

    /// <param name="settings">The target's.</param>
    /// <param name="application">Whose.</param>
    /// <param name="own">The application's own repository.</param>
    internal static WantedRepository? Of(GitHubTargetSettings settings, string application, string? own) => (settings.Repository ?? own) is not { } name
        ? null
        : new WantedRepository(application, name) { Ids = settings.Ids, IsOwn = settings.Ids is null && string.Equals(name, own, StringComparison.OrdinalIgnoreCase) };

    /// <summary>Why the one that was found is not the one that is meant.</summary>
    /// <param name="found">GitHub's ids of the one that has the name now.</param>
    /// <param name="meant">GitHub's ids of the one that is meant; null where they are not known.</param>
    public string Another(RepositoryIds found, RepositoryIds? meant) =>
        $"{Name} is another repository than the one that is meant: GitHub's id is {Words(found)}"
        + (meant is null ? "" : $", and it was {Words(meant)}. "
            + (meant.Repository == found.Repository ? "It went over to that owner" : "That one was deleted or renamed, and the name taken again"))
        + $". {IfMeant(found)}";

    /// <summary>What to do, as a sentence without its stop.</summary>
    public string IfMeant(RepositoryIds found)
    {
        if (found is not { Repository: > 0, Owner: > 0 }) return $"If it is meant, write its `ids` into the app spec, which `gh api repos/{Name} --jq '{{repository: .id, owner: .owner.id}}'` prints";
        var ids = $"ids: {{ repository: {found.Repository}, owner: {found.Owner} }}";
        return IsOwn ? $"If it is meant, write `builds: {{ {ids} }}` into the app spec" : $"If it is meant, write `{ids}` into the target of the app spec";
    }

    /// <summary>0 stands for what nobody told.</summary>
    private static string Words(RepositoryIds ids) => ids.Owner > 0 ? $"{ids.Repository} of owner {ids.Owner}" : $"{ids.Repository} of an owner that is not known";
}
