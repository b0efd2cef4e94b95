using Towpath.Core.Applications;
using Towpath.Core.Watches;

namespace Towpath.Engine.Work;

public enum CheckEffort
{
    /// <summary>Only what was told: whoever reads so looks again soon.</summary>
    Told,

    /// <summary>Where that does not suffice, GitHub is asked.</summary>
    Ask,
}

/// <summary>Knows how the checks of commits stand.</summary>
public interface ICommitChecks
{
    /// <param name="application">Whose commit.</param>
    /// <param name="required">Which checks matter.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="effort">What may be done to learn it.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    /// <returns>What cannot be learnt is told as <see cref="CommitChecks.Unavailable"/>, which keeps gates closed.</returns>
    Task<CommitChecks> ReadAsync(ApplicationSpec application, RequiredChecks required, string commit, CheckEffort effort, CancellationToken cancellationToken);
}
