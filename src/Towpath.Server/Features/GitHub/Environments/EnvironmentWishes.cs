using Towpath.Core.Applications;
using Towpath.Core.GitHubEnvironments;
using Towpath.GitHub.Target;

namespace Towpath.Server.Features.GitHub.Environments;

/// <summary>What a spec says of an environment of GitHub. What it says nothing of stays as it is there.</summary>
/// <param name="Name">GitHub's name of it.</param>
/// <param name="Reviewers">Who has the roles that approve, as GitHub knows them; null where the spec asks for no approval.</param>
/// <param name="Refs">Which refs deploy there; null where the spec does not say.</param>
/// <param name="Notes">What is left out, and why.</param>
internal sealed record EnvironmentWish(string Name, IReadOnlyList<Reviewer>? Reviewers, IReadOnlyList<RefPattern>? Refs, IReadOnlyList<string> Notes)
{
    /// <summary>Whether people may approve what they asked for themselves.</summary>
    public bool AllowsSelf { get; init; }

    public EnvironmentProtection Over(EnvironmentProtection? found) => new()
    {
        Name = Name,
        Reviewers = Reviewers ?? found?.Reviewers ?? [],
        PreventsSelfReview = Reviewers is null ? found is { PreventsSelfReview: true } : !AllowsSelf,
        WaitMinutes = found?.WaitMinutes ?? 0,
        Refs = Refs ?? found?.Refs,
        OnlyProtectedBranches = Refs is null && (found?.OnlyProtectedBranches ?? false),
    };
}

/// <summary>Reads wishes from specs and roles.</summary>
public sealed class EnvironmentWishes(ITeamRosters teams)
{
    /// <param name="place">The environment.</param>
    /// <param name="organization">Who has the roles.</param>
    /// <param name="repository">Where the environment is, as <c>owner/name</c>: teams of other organizations review nothing there.</param>
    /// <returns>Null where GitHub's name depends on what is deployed.</returns>
    internal EnvironmentWish? Of(EnvironmentOfApplication place, Organization organization, string repository)
    {
        var name = GitHubNames.EnvironmentOf(place.Application, place.Environment, new string('a', 40), "a");
        if (!string.Equals(name, GitHubNames.EnvironmentOf(place.Application, place.Environment, new string('b', 40), "b"), StringComparison.Ordinal)) return null;
        var notes = new List<string>();
        var reviewers = Reviewers(place, organization, repository.Split('/')[0], notes);
        if (place.Environment.Approvals.Count > 0 && reviewers.Count == 0) notes.Add("nobody who approves is known to GitHub: its reviewers stay as they are");
        return new EnvironmentWish(name, reviewers.Count > 0 ? reviewers : null, Refs(place, name, notes), notes) { AllowsSelf = place.Environment.ApprovalTerms.Self };
    }

    private List<Reviewer> Reviewers(EnvironmentOfApplication place, Organization organization, string owner, List<string> notes)
    {
        var reviewers = new List<Reviewer>();
        foreach (var role in place.Environment.Approvals.SelectMany(need => need.Rules).Select(rule => rule.Role).Distinct(StringComparer.Ordinal))
        {
            if (organization.Find(role) is not { } members || !members.AppliesTo(place.Application.Name)) continue;
            foreach (var team in members.Teams)
            {
                if (team.Split('/') is [var of, var slug] && string.Equals(of, owner, StringComparison.OrdinalIgnoreCase)) reviewers.Add(new Reviewer(IsTeam: true, slug.ToLowerInvariant()));
                else notes.Add($"the team {team} is not of {owner}, and cannot review there");
            }

            // Who has the role by a team is asked by the team.
            foreach (var user in members.Users.Except(members.Teams.SelectMany(teams.Current.Of), StringComparer.OrdinalIgnoreCase))
            {
                if (IsLogin(user)) reviewers.Add(new Reviewer(IsTeam: false, user.ToLowerInvariant()));
                else notes.Add($"{user} is not known to GitHub, and cannot review there");
            }
        }

        return [.. reviewers.Distinct()];
    }

    private static IReadOnlyList<RefPattern>? Refs(EnvironmentOfApplication place, string name, List<string> notes)
    {
        var wanted = EnvironmentProtection.Of(name, place.Environment, place.Application.Name, []).Refs;
        if (wanted is null || place.Environment.Target.Kind != GitHubTargetSettings.Kind || GitHubNames.IsListenedTo(place.Environment.Target)) return wanted;
        notes.Add("its workflow runs from a branch of its own, whatever is deployed: which branches and tags may deploy stays as it is");
        return null;
    }

    /// <summary>Names of other sources than GitHub have one of these in them.</summary>
    private static bool IsLogin(string user) => user.Length > 0 && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
