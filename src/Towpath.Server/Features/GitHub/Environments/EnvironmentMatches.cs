using Towpath.Core.GitHubEnvironments;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Target;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Protection;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Environments;

/// <summary>
/// Holds one environment of GitHub against its spec, and makes it match (row N5). It observes before it acts, and each call makes the same of what it finds: broken off
/// anywhere, the next plan has what is left.
/// </summary>
public sealed class EnvironmentMatches(GitHubRepositories repositories, EnvironmentWishes wishes, EnvironmentStands stands, EnvironmentsApi environments, ProtectionRulesApi rules)
{
    /// <param name="place">The environment.</param>
    /// <param name="configuration">The one in force.</param>
    /// <param name="app">GitHub's id of the App.</param>
    /// <param name="cancellationToken">Cancels the questions.</param>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    internal async Task<EnvironmentMatch> LookAsync(EnvironmentOfApplication place, Core.Applications.Configuration configuration, long app, CancellationToken cancellationToken)
    {
        var wanted = WantedRepository.Of(place.Application, place.Environment);
        var view = new GitHubEnvironmentView { Environment = place.Environment.Name, Repository = wanted?.Name };
        if (wanted is not { Name: var name }) return new EnvironmentMatch(place, view with { Problem = "the app spec names no repository" });
        if (wishes.Of(place, configuration.Organization, name) is not { } wish)
            return new EnvironmentMatch(place, view with { Notes = ["GitHub's name of it depends on what is deployed: it is left alone"] });
        view = view with { Name = wish.Name, Notes = wish.Notes };
        if (await repositories.FindAsync(wanted, cancellationToken) is not { At: var repository }) return new EnvironmentMatch(place, view with { Problem = $"the GitHub App is not installed on {name}; install it there" });
        var stand = await stands.ReadAsync(repository, wish.Name, cancellationToken);
        var (ids, notes, reachable) = await KnownAsync(repository, wish, stand, cancellationToken);
        var protection = reachable.Over(stand?.Protection);
        var plan = EnvironmentPlan.Of(protection, stand?.Protection);
        var lines = plan.Lines.ToList();
        // A rule of an environment that is not there yet cannot be asked for.
        var rule = stand is null ? RuleStand.NotOffered : await stands.RuleAsync(repository, wish.Name, app, cancellationToken);
        if (rule == RuleStand.Offered) lines.Add(new EnvironmentLine(PlanMark.Add, $"{wish.Name}: Towpath is asked before a deployment"));
        else if (stand is null) notes.Add("once it is made, Towpath is asked before a deployment, where GitHub offers that");
        else if (rule == RuleStand.NotOffered) notes.Add("GitHub does not offer that Towpath is asked before a deployment: the App has to listen to deployment_protection_rule, and GitHub's plan has to have it");
        view = view with { Lines = [.. lines.Select(GitHubEnvironmentLine.Of)], Refused = [.. plan.Refused, .. Contradictions(place, configuration, name, protection, stand)], Notes = [.. wish.Notes, .. notes] };
        return new EnvironmentMatch(place, view) { Repository = repository, Wanted = protection, Stand = stand, Ids = ids, IsToBeSet = plan.Lines.Count > 0, Rule = rule };
    }

    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    internal async Task ApplyAsync(EnvironmentMatch match, long app, CancellationToken cancellationToken)
    {
        var (repository, wanted) = (match.Repository!, match.Wanted!);
        if (match.IsToBeSet)
        {
            await environments.SetAsync(repository, wanted.Name, RulesOf(match), cancellationToken);
            if (wanted.Refs is { } refs) await ChooseAsync(repository, wanted.Name, refs, match.Stand?.Policies ?? [], cancellationToken);
        }

        var rule = match.Stand is null ? await stands.RuleAsync(repository, wanted.Name, app, cancellationToken) : match.Rule;
        if (rule == RuleStand.Offered) await rules.EnableAsync(repository, wanted.Name, app, cancellationToken);
    }

    private static EnvironmentRules RulesOf(EnvironmentMatch match) => new()
    {
        WaitTimer = match.Wanted!.WaitMinutes,
        PreventSelfReview = match.Wanted.PreventsSelfReview,
        Reviewers = match.Wanted.Reviewers.Count == 0 ? null : [.. match.Wanted.Reviewers.Select(reviewer => new NewReviewer(reviewer.IsTeam ? "Team" : "User", match.Ids[reviewer]))],
        DeploymentBranchPolicy = match.Wanted.OnlyProtectedBranches ? new BranchPolicyKind(true, false) : match.Wanted.Refs is null ? null : new BranchPolicyKind(false, true),
    };

    /// <summary>What is wanted first, so that nobody is locked out in between.</summary>
    private async Task ChooseAsync(GitHubRepository repository, string name, IReadOnlyList<RefPattern> wanted, IReadOnlyList<BranchPolicy> found, CancellationToken cancellationToken)
    {
        foreach (var missing in wanted.Except(found.Select(EnvironmentStand.PatternOf)))
            await environments.AddBranchAsync(repository, name, new NewBranchPolicy(missing.Pattern, missing.IsTag ? "tag" : "branch"), cancellationToken);
        foreach (var surplus in found.Where(policy => !wanted.Contains(EnvironmentStand.PatternOf(policy))))
            await environments.RemoveBranchAsync(repository, name, surplus.Id, cancellationToken);
    }

    /// <summary>GitHub's ids of all reviewers; whom it does not know, is left out.</summary>
    private async Task<(Dictionary<Reviewer, long> Ids, List<string> Notes, EnvironmentWish Known)> KnownAsync(
        GitHubRepository repository, EnvironmentWish wish, EnvironmentStand? stand, CancellationToken cancellationToken)
    {
        var ids = new Dictionary<Reviewer, long>(stand?.Ids ?? new Dictionary<Reviewer, long>());
        var notes = new List<string>();
        foreach (var reviewer in wish.Reviewers ?? [])
        {
            if (ids.ContainsKey(reviewer)) continue;
            var (id, why) = await stands.IdOfAsync(repository, reviewer, cancellationToken);
            if (id is { } known) ids[reviewer] = known;
            else notes.Add(why);
        }

        if (wish.Reviewers is null || notes.Count == 0) return (ids, notes, wish);
        Reviewer[] found = [.. wish.Reviewers.Where(ids.ContainsKey)];
        if (found.Length == 0) notes.Add("nobody who approves is known to GitHub: its reviewers stay as they are");
        return (ids, notes, wish with { Reviewers = found.Length == 0 ? null : found });
    }

    /// <summary>Two environments here that are one there must agree, or each would undo the other.</summary>
    private IEnumerable<string> Contradictions(
        EnvironmentOfApplication place, Core.Applications.Configuration configuration, string repository, EnvironmentProtection wanted, EnvironmentStand? stand)
    {
        foreach (var other in ProtectionPlaces.Of(configuration, repository, wanted.Name, "", null).Where(other => other.Key != place.Key))
            if (wishes.Of(other, configuration.Organization, repository) is { } wish && wishes.Of(place, configuration.Organization, repository) is { } own
                && !EnvironmentPlan.Of(wish.Over(stand?.Protection), own.Over(stand?.Protection)).Matches)
                yield return $"{wanted.Name} of {repository} is {other.Key}, too, whose spec wants it otherwise; tell them apart by `github: {{ environment: \"{{slug}}/{{environment}}\" }}`";
    }
}

/// <summary>An environment held against its spec.</summary>
/// <param name="Place">Which one.</param>
/// <param name="View">As people see it.</param>
internal sealed record EnvironmentMatch(EnvironmentOfApplication Place, GitHubEnvironmentView View)
{
    /// <summary>Null where nothing can be done.</summary>
    public GitHubRepository? Repository { get; init; }
    public EnvironmentProtection? Wanted { get; init; }

    /// <summary>Null where GitHub has none of this name.</summary>
    public EnvironmentStand? Stand { get; init; }
    public IReadOnlyDictionary<Reviewer, long> Ids { get; init; } = new Dictionary<Reviewer, long>();
    public bool IsToBeSet { get; init; }
    public RuleStand Rule { get; init; }

    public bool CanBeApplied => Wanted is not null && View is { Problem: null, Refused.Count: 0, Lines.Count: > 0 };
}
