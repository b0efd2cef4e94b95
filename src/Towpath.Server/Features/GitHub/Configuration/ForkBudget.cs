using Towpath.Core.Commands;
using Towpath.GitHub.Calling;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>
/// What pull requests from forks may make Towpath read in an hour, all of them together. Anybody may open one in a public repository, and GitHub's hour of calls is the
/// one that deployments need.
/// </summary>
public sealed class ForkBudget(TimeProvider time)
{
    /// <summary>Files that one pull request may have read. A change of policy that needs more comes from somebody who may push a branch.</summary>
    public const int MostFiles = 50;

    /// <summary>Files that a pull request's list is read of.</summary>
    public const int MostListed = 300;

    public static ForkBounds Bounds { get; } = new(MostFiles, MostListed);

    private const int MostInHour = 500;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _since = DateTimeOffset.MinValue;
    private int _spent;

    /// <exception cref="GitHubLimitedException">This hour has no more; the row comes back in the next.</exception>
    public void Spend(GitHubRepository repository, int calls)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now - _since >= Hour) (_since, _spent) = (now, 0);
            if (_spent + calls > MostInHour) throw new GitHubLimitedException($"{repository}", _since + Hour, "pull requests from forks have had read what they may in an hour");
            _spent += calls;
        }
    }
}
