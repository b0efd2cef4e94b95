using System.Collections.Concurrent;

namespace Towpath.GitHub.Calling.Limits;

/// <summary>The limits of every installation, shared by everything in the process.</summary>
public sealed class RateLimits(RateLimitOptions options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, AccountLimit> _accounts = new(StringComparer.Ordinal);

    internal AccountLimit Of(GitHubCaller caller) => _accounts.GetOrAdd(caller.Account, account => new AccountLimit(account, options, time));

    public void Dispose()
    {
        foreach (var limit in _accounts.Values) limit.Dispose();
    }
}
