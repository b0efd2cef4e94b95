using Towpath.Core.Commands;
using Towpath.Core.Operators;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>Files of the configuration that pull requests may change, and what comes of it when they do.</summary>
internal interface IPullPlan
{
    /// <summary>Null where a repository has none of these.</summary>
    /// <param name="repository">As <c>owner/name</c>.</param>
    ConfigurationRepository? Wanted(string repository);

    bool IsOne(string path);

    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">Forks have had enough read for now.</exception>
    Task<ConfigurationPlan> PlanAsync(PlannedPull pull, CancellationToken cancellationToken);
}

/// <summary>A pull request into a branch that policy comes from.</summary>
/// <param name="Into">That branch.</param>
/// <param name="Pull">As GitHub has it now.</param>
/// <param name="Changed">The paths of what it changes, old names too.</param>
/// <param name="Spending">What may still be read of it.</param>
internal sealed record PlannedPull(StandingBranch Into, PullRequest Pull, IReadOnlySet<string> Changed, PullSpending Spending);
