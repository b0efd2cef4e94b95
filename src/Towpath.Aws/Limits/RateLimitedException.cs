namespace Towpath.Aws.Limits;

/// <summary>The call would have to wait long for its account's limit: come back with the same ticket after <see cref="Wait"/>.</summary>
public sealed class RateLimitedException(ApiGroup group, TimeSpan wait, int ahead)
    : Exception($"waits for the account's limit of {group.PerSecond:0.#} {group.Name} a second{(ahead > 0 ? $"; {ahead} go first" : "")}")
{
    public TimeSpan Wait => wait;
}
