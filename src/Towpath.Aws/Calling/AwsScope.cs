namespace Towpath.Aws.Calling;

/// <summary>Where a call goes and on whose behalf.</summary>
/// <param name="Region">The region.</param>
/// <param name="Role">The role to act as, assumed through the chain; null for the process's own credentials.</param>
/// <param name="Session">The session's name, so that CloudTrail shows which deployment acted; see <see cref="Credentials.SessionName"/>.</param>
public sealed record AwsScope(string Region, string? Role, string Session)
{
    /// <summary>Its calls go first where a limit makes calls wait: it puts something back, has done one part of several already, or asks for many.</summary>
    public bool GoesFirst { get; init; }

    /// <summary>
    /// Names the caller's place in the line of a limit, the same each time it asks. A call that would have to wait long then ends with
    /// <see cref="Limits.RateLimitedException"/> instead of waiting; null waits for as long as it takes.
    /// </summary>
    public string? Ticket { get; init; }

    /// <summary>The account of the role; null where the process's own credentials are used.</summary>
    public string? Account => Role?.Split(':') is { Length: > 5 } parts ? parts[4] : null;
}
