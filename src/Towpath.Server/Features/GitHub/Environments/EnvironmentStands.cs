using Towpath.Core.GitHubEnvironments;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Teams;
using Towpath.Server.Features.Logins;

namespace Towpath.Server.Features.GitHub.Environments;

/// <summary>An environment as it was found at GitHub.</summary>
/// <param name="Protection">What protects it.</param>
/// <param name="Ids">GitHub's ids of its reviewers.</param>
/// <param name="Policies">Its chosen branches and tags.</param>
internal sealed record EnvironmentStand(EnvironmentProtection Protection, IReadOnlyDictionary<Reviewer, long> Ids, IReadOnlyList<BranchPolicy> Policies)
{
    public static RefPattern PatternOf(BranchPolicy policy) => new(policy.Type == "tag", policy.Name);
}

/// <summary>Whether Towpath's App is one of an environment's protection rules.</summary>
internal enum RuleStand
{
    Enabled,
    Offered,

    /// <summary>By its plan, or since the App does not listen to the event.</summary>
    NotOffered,
}

/// <summary>Reads environments, and whom they name, at GitHub.</summary>
public sealed class EnvironmentStands(EnvironmentsApi environments, ProtectionRulesApi rules, TeamsApi teams, UsersApi users, StoredTeams seen, KnownAccounts accounts)
{
    private const string Team = "Team";

    /// <returns>Null where there is none of this name.</returns>
    internal async Task<EnvironmentStand?> ReadAsync(GitHubRepository repository, string name, CancellationToken cancellationToken)
    {
        if (await environments.FindAsync(repository, name, cancellationToken) is not { } found) return null;
        var review = found.ProtectionRules?.FirstOrDefault(rule => rule.Type == "required_reviewers");
        var ids = new Dictionary<Reviewer, long>();
        foreach (var reviewer in review?.Reviewers ?? [])
            if (reviewer.Reviewer is { } named) ids[Of(reviewer.Type == Team, named)] = named.Id;
        var isChosen = found.DeploymentBranchPolicy is { CustomBranchPolicies: true };
        var policies = new List<BranchPolicy>();
        if (isChosen)
            await foreach (var policy in environments.BranchesAsync(repository, name, cancellationToken)) policies.Add(policy);
        var protection = new EnvironmentProtection
        {
            Name = name,
            Reviewers = [.. ids.Keys],
            PreventsSelfReview = review?.PreventSelfReview ?? false,
            WaitMinutes = found.ProtectionRules?.FirstOrDefault(rule => rule.Type == "wait_timer")?.WaitTimer ?? 0,
            Refs = isChosen ? [.. policies.Select(EnvironmentStand.PatternOf)] : null,
            OnlyProtectedBranches = found.DeploymentBranchPolicy is { ProtectedBranches: true },
        };
        return new EnvironmentStand(protection, ids, policies);
    }

    /// <summary>Where GitHub does not offer it, it says so in different ways: by its plan it knows no such address.</summary>
    internal async Task<RuleStand> RuleAsync(GitHubRepository repository, string name, long app, CancellationToken cancellationToken)
    {
        try
        {
            if ((await rules.ListAsync(repository, name, cancellationToken)).Any(rule => rule.App.Id == app && rule.Enabled)) return RuleStand.Enabled;
            await foreach (var offered in rules.AvailableAsync(repository, name, cancellationToken))
                if (offered.Id == app) return RuleStand.Offered;
            return RuleStand.NotOffered;
        }
        catch (GitHubException no) when (no.IsMissing || no.IsDenied)
        {
            return RuleStand.NotOffered;
        }
    }

    /// <returns>GitHub's id, or why nobody of that name can review. A team that was made anew under its name is another one.</returns>
    internal async Task<(long? Id, string Why)> IdOfAsync(GitHubRepository repository, Reviewer reviewer, CancellationToken cancellationToken)
    {
        long? id = reviewer.IsTeam
            ? (await teams.FindAsync(repository.Installation, repository.Owner, reviewer.Name, cancellationToken))?.Id
            : await users.FindAsync(repository.Installation, reviewer.Name, cancellationToken) is { Type: "User", Id: var person } ? person : null;
        if (id is null) return (null, $"GitHub knows no {reviewer}, who cannot review there");
        if (!reviewer.IsTeam && await WhyNotAsync(reviewer.Name, id.Value, cancellationToken) is { } why) return (null, why);
        var name = $"{repository.Owner}/{reviewer.Name}";
        var before = reviewer.IsTeam ? seen.Readings.FirstOrDefault(reading => string.Equals(reading.Team, name, StringComparison.OrdinalIgnoreCase))?.TeamId : null;
        return before is { } first && first != id ? (null, $"the {reviewer} was made anew, and cannot review there until the organization file says so") : (id, "");
    }

    /// <summary>Whoever took over a name that somebody here had before does not review in their place.</summary>
    private async Task<string?> WhyNotAsync(string login, long id, CancellationToken cancellationToken) => OutsidePerson.OfGitHub(id, login, "User") switch
    {
        { Value: { } person } => await accounts.RefuseAsync(person, cancellationToken) is null ? null : $"another account had the name {login} here before, so that it cannot review there until an administrator says that it went over",
        var refused => refused.Refusal!.Reason,
    };

    private static Reviewer Of(bool isTeam, ReviewerName named) =>
        new(isTeam, ((isTeam ? named.Slug : named.Login) ?? $"{named.Id}").ToLowerInvariant());
}
