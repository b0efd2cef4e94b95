using Towpath.Core.Targets;

namespace Towpath.GitHub.Calling;

/// <summary>GitHub said no, answered nonsense, or could not be reached after retries. Holds GitHub's own words and request id; never a token.</summary>
public sealed class GitHubException(GitHubFailure failure, Exception? innerException = null) : IOException(failure.ToString(), innerException), IExplainedFault
{
    public GitHubFailure Failure => failure;

    public int Status => failure.Status;

    /// <summary>There is none, or none that the App may see: GitHub does not tell these apart.</summary>
    public bool IsMissing => failure.Status is 404 or 410;

    /// <summary>The App's key, its installation or a login does not count.</summary>
    public bool IsAboutCredentials => failure.Status == 401;

    public bool IsDenied => failure.Status == 403;

    /// <summary>Worth another try later: a fault of GitHub, or no answer at all.</summary>
    public bool IsTransient => failure.Status is 0 or 408 or >= 500 || failure.Code == "bad_answer";

    public string FaultCode => this switch
    {
        { IsAboutCredentials: true } => "github_credentials",
        { IsDenied: true } => "github_denied",
        { IsMissing: true } => "github_missing",
        { Failure.Code: "unreachable" } => "network",
        { IsTransient: true } => "github_fault",
        _ => "github_refused",
    };

    public RefusalKind Kind => this switch
    {
        { IsAboutCredentials: true } or { IsTransient: true } => RefusalKind.Technical,
        { IsDenied: true } => RefusalKind.NotAllowed,
        _ => RefusalKind.Wrong,
    };

    public string Explanation => $"{failure}; {Next}";

    private string Next => this switch
    {
        { IsAboutCredentials: true } => "check the App's id and private key and that the App is still installed there, then retry",
        { IsDenied: true } => "give the App the permission that GitHub names, and accept it where it is installed",
        { IsMissing: true } => "check the name, and that the App is installed on that repository",
        { Failure.Code: "unreachable" } => "check the network and the address of GitHub's API, then retry",
        { IsTransient: true } => "GitHub has a fault: retry later, and name the request id to GitHub where it lasts",
        _ => "mend what GitHub names, then retry",
    };
}

/// <param name="Action">What was tried, such as <c>creating a deployment of acme/web</c>.</param>
/// <param name="Status">HTTP status; 0 where there was no answer.</param>
/// <param name="Code">A word of our own: <c>refused</c>, <c>unreachable</c>, <c>bad_answer</c>, <c>led_astray</c>.</param>
/// <param name="Message">GitHub's own words, or what was found.</param>
public sealed record GitHubFailure(string Action, int Status, string Code, string Message)
{
    /// <summary>What is wrong in detail.</summary>
    public IReadOnlyList<GitHubError> Errors { get; init; } = [];

    public string? DocumentationUrl { get; init; }

    /// <summary>GitHub's request id, for support.</summary>
    public string? RequestId { get; init; }

    /// <summary>Nobody knows whether GitHub did it: look before it is tried again.</summary>
    public bool MayHaveHappened { get; init; }

    public override string ToString()
    {
        var details = string.Join("; ", Errors.Select(e => e.ToString()).Where(t => t.Length > 0));
        var status = Status == 0 ? "" : $" (HTTP {Status}{(RequestId is null ? "" : $", request {RequestId}")})";
        return $"GitHub, {Action}: {Message}{(details.Length > 0 ? $": {details}" : "")}{status}";
    }
}

/// <summary>One of GitHub's errors.</summary>
public sealed record GitHubError(string? Resource, string? Field, string? Code, string? Message)
{
    /// <summary>Of a deployment that was refused: the contexts that did not pass, with their states.</summary>
    public IReadOnlyList<GitHubContext> Contexts { get; init; } = [];

    public override string ToString()
    {
        var where = string.Join('.', new[] { Resource, Field }.Where(t => !string.IsNullOrEmpty(t)));
        var what = Message ?? Code ?? "";
        var contexts = string.Join(", ", Contexts.Select(c => $"{c.Context} is {c.State}"));
        return string.Join(' ', new[] { where, what, contexts }.Where(t => t.Length > 0));
    }
}

/// <param name="Context">The context of a commit status, or a check's name.</param>
/// <param name="State">Such as <c>pending</c>.</param>
public sealed record GitHubContext(string Context, string State);

/// <summary>GitHub's limit is reached, and it is longer until it is not than the caller would wait: come back at <see cref="Until"/>.</summary>
public sealed class GitHubLimitedException(string account, DateTimeOffset until, string why)
    : IOException($"GitHub, {account}: {why}; it goes on at {until:u}"), IExplainedFault
{
    public DateTimeOffset Until => until;

    public string FaultCode => "throttled";

    public RefusalKind Kind => RefusalKind.Technical;

    public string Explanation => Message;
}

/// <summary>Something is not set up: there is no App, its key cannot be read, an address is wrong, a name means another repository. Says what to do.</summary>
public sealed class GitHubConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException), IExplainedFault
{
    public string FaultCode => "github_not_set_up";

    public RefusalKind Kind { get; init; } = RefusalKind.Technical;

    public string Explanation => Message;
}
