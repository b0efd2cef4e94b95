using Towpath.Core.Applications;
using Towpath.Core.Operators;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>Where the configuration stands now.</summary>
/// <param name="At">The repository.</param>
/// <param name="RepositoryId">GitHub's id of it.</param>
/// <param name="Branch">Without <c>refs/heads/</c>.</param>
/// <param name="Commit">What the branch stands at.</param>
internal sealed record StandingBranch(GitHubRepository At, long RepositoryId, string Branch, string Commit);

/// <summary>The branch or why it is not read.</summary>
internal sealed record BranchLook(StandingBranch? Branch, SpecError? Problem)
{
    public static BranchLook No(string code, string message) => new(null, new SpecError(".", 1, 1, code, message));
}

/// <summary>Finds the branch that policy comes from: in that very repository, by GitHub's ids, and only where GitHub keeps people from pushing to it.</summary>
public sealed class ConfigurationBranch(IGitHubAppSource app, RepositoryIdentities identities, GitHubRepositories known, RepositoriesApi repositories, BranchesApi branches)
{
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    internal async Task<BranchLook> FindAsync(ConfigurationRepository wanted, CancellationToken cancellationToken)
    {
        var name = wanted.Repository;
        if (app.Current is null) return BranchLook.No("no-app", $"{name} cannot be read, as there is no GitHub App yet. Create one at /github, or name one under `github` in towpath.yaml.");
        if ((wanted.Ids ?? await identities.FindAsync(name, cancellationToken)) is not { } ids) return NotReached(wanted);
        if (await RepositoryAsync(name, ids, cancellationToken) is not { } at) return NotReached(wanted);
        if (await repositories.FindAsync(at, cancellationToken) is not { } details) return NotReached(wanted);
        if (details.Id != ids.Repository) return Another(wanted, ids.Repository, details.Id);
        if (!string.Equals(details.FullName, name, StringComparison.OrdinalIgnoreCase)) return Renamed(wanted, details.FullName);
        var branch = wanted.Branch ?? details.DefaultBranch ?? "main";
        if (await branches.FindAsync(at, branch, cancellationToken) is not { } found) return BranchLook.No("no-branch", $"{name} has no branch '{branch}'. Name the right one in towpath.yaml: `{In(wanted, "ref: …")}`.");
        return found.Protected || wanted.Unprotected ? new BranchLook(new StandingBranch(at, ids.Repository, branch, found.Commit.Sha), null) : Unprotected(wanted, branch);
    }

    private async Task<GitHubRepository?> RepositoryAsync(string name, RepositoryIds ids, CancellationToken cancellationToken) =>
        (await known.FindAsync(ids.Repository, cancellationToken) ?? await known.FindCalledAsync(name, cancellationToken))?.At;

    private static BranchLook NotReached(ConfigurationRepository wanted) => BranchLook.No(
        "not-reached", $"The GitHub App does not reach a repository {wanted.Repository}. Install it there, and check `{KeyOf(wanted)}` in towpath.yaml.");

    private static BranchLook Another(ConfigurationRepository wanted, long was, long now) => BranchLook.No(
        "another-repository",
        $"{wanted.Repository} is another repository than the one that the configuration was read from: GitHub's id is {now}, and it was {was}. That one was deleted or renamed, and the name taken again. If it is meant, write `{In(wanted, "ids: …")}` into towpath.yaml.");

    private static BranchLook Renamed(ConfigurationRepository wanted, string now) => BranchLook.No(
        "renamed", $"{wanted.Repository} is called {now} now. Write that into `{KeyOf(wanted)}` of towpath.yaml, since the old name is free for others to take.");

    private static BranchLook Unprotected(ConfigurationRepository wanted, string branch) => BranchLook.No(
        "unprotected-ref",
        $"The branch '{branch}' of {wanted.Repository} is not protected on GitHub: whoever may push there would decide over the policy. Protect it by a rule or a ruleset, or write `{In(wanted, "unprotected: true")}` into towpath.yaml.");

    private static string KeyOf(ConfigurationRepository wanted) => wanted.IsOfApplication ? "config.deliverybot" : "config.repository";

    private static string In(ConfigurationRepository wanted, string setting) =>
        wanted.IsOfApplication ? $"config: {{ deliverybot: {{ {wanted.Repository}: {{ {setting} }} }} }}" : $"config: {{ {setting} }}";
}
