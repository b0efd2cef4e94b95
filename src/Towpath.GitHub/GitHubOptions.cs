using Towpath.GitHub.Calling;
using Towpath.GitHub.Calling.Limits;

namespace Towpath.GitHub;

/// <summary>How GitHub is called.</summary>
public sealed record GitHubOptions
{
    public GitHubHost Host { get; init; } = GitHubHost.Public;

    public RateLimitOptions Limits { get; init; } = RateLimitOptions.GitHub;

    /// <summary>How long one call may take.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest <c>retry-after</c> of a fault that is waited for.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The largest answer that is read.</summary>
    public int LongestAnswer { get; init; } = 16 << 20;

    /// <summary>How much is kept of what was read before.</summary>
    public int CacheBytes { get; init; } = 16 << 20;

    /// <summary>From 0 to 1: spreads the tries of many.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;
}
