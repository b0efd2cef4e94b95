using Towpath.Core;

namespace Towpath.Aws.Credentials;

/// <summary>
/// Names a session after application, environment and run, so that CloudTrail shows who did what. At most 64 characters of letters, digits and
/// <c>_=,.@-</c> (AWS STS API Reference, "AssumeRole").
/// </summary>
public static class SessionName
{
    private const int Longest = 64;
    private const int LongestRun = 20;

    /// <param name="key">The environment.</param>
    /// <param name="run">The deployment, or CI's run: what tells two sessions of one environment apart.</param>
    public static string Of(EnvironmentKey key, string run)
    {
        var tail = Cut(Fit(run), LongestRun);
        var room = Longest - "towpath".Length - tail.Length - 3;
        var environment = Cut(Fit(key.Environment), room / 2);
        return $"towpath-{Cut(Fit(key.Application), room - environment.Length)}-{environment}-{tail}";
    }

    /// <summary>CI's run; null outside of CI.</summary>
    public static string? Run => Environment.GetEnvironmentVariable("GITHUB_RUN_ID") is { Length: > 0 } run ? run : null;

    /// <summary>For reading what is no environment's: the purpose, and CI's run where there is one.</summary>
    /// <param name="purpose">Such as <c>artifacts</c>.</param>
    public static string Of(string purpose) => Run is { } run ? $"towpath-{Fit(purpose)}-{Cut(Fit(run), LongestRun)}" : $"towpath-{Fit(purpose)}";

    private static string Fit(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '=' or ',' or '.' or '@' or '-' ? c : '-'));

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
