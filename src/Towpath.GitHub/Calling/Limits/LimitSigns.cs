namespace Towpath.GitHub.Calling.Limits;

/// <summary>Tells a limit from a lack of permission, which both have the status 403 (GitHub documentation, "Rate limits for the REST API", "Exceeding the rate limit").</summary>
internal static class LimitSigns
{
    public static bool IsLimit(int status, HttpResponseMessage response, GitHubFailure failure, TimeSpan? retryAfter) =>
        status == 429 || (status == 403 && (retryAfter is not null || IsPrimary(response) || Says(failure, "rate limit") || Says(failure, "abuse detection")));

    /// <summary>The allowance of the hour is used up.</summary>
    public static bool IsPrimary(HttpResponseMessage response) => response.Headers.TryGetValues("x-ratelimit-remaining", out var left) && left.FirstOrDefault() == "0";

    private static bool Says(GitHubFailure failure, string words) => failure.Message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
