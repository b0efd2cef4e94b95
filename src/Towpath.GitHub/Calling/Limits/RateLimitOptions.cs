namespace Towpath.GitHub.Calling.Limits;

/// <summary>GitHub's secondary limits, per installation (GitHub documentation, "Rate limits for the REST API"). A GitHub Enterprise Server has its own, or none.</summary>
public sealed record RateLimitOptions
{
    /// <summary>How many calls may be on their way at once.</summary>
    public int Concurrent { get; init; } = 100;

    /// <summary>A read costs one point, anything else five.</summary>
    public int PointsPerMinute { get; init; } = 900;

    /// <summary>How much may be made that people see: comments, statuses, deployments.</summary>
    public int ContentPerMinute { get; init; } = 80;

    public int ContentPerHour { get; init; } = 500;

    /// <summary>How long to be still where GitHub says that a limit is reached and not for how long.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest pause where one follows another.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a call waits for its turn, unless it says otherwise.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(90);

    public static RateLimitOptions GitHub { get; } = new();

    /// <summary>For servers without secondary limits.</summary>
    public static RateLimitOptions None { get; } = new() { PointsPerMinute = int.MaxValue, ContentPerMinute = int.MaxValue, ContentPerHour = int.MaxValue };
}
