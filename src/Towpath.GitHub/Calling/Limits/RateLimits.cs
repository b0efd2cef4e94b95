using System.Collections.Concurrent;

namespace Towpath.GitHub.Calling.Limits;

/// <summary>The limits of every installation, shared by everything in the process.</summary>
public sealed class RateLimits(RateLimitOptions options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, AccountLimit> _accounts = new(StringComparer.Ordinal);

    internal AccountLimit Of(GitHubCaller caller) => _accounts.GetOrAdd(caller.Account, account => new AccountLimit(account, options, time));

    /// <summary>For one call alone; to be disposed after it.</summary>
    internal AccountLimit Apart(GitHubCaller caller) => new(caller.Account, options, time);

    public void Dispose()
    {
        foreach (var limit in _accounts.Values) limit.Dispose();
    }
}
