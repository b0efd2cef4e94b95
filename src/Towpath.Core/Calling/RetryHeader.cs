namespace Towpath.Core.Calling;

/// <summary>What an answer says of when to come back (RFC 9110, "Retry-After"): seconds or a date.</summary>
public static class RetryHeader
{
    /// <summary>Null where it says nothing.</summary>
    public static TimeSpan? Of(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };
}
