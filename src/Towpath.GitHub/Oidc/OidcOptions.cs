namespace Towpath.GitHub.Oidc;

/// <summary>Which issuers are believed, and how their keys are had.</summary>
public sealed record OidcOptions
{
    /// <summary>GitHub Actions on github.com.</summary>
    public const string GitHubActions = "https://token.actions.githubusercontent.com";

    /// <summary>The issuers, exactly as their tokens name them. No other address is ever asked.</summary>
    public required IReadOnlyList<string> Issuers { get; init; }

    /// <summary>How far clocks may differ.</summary>
    public TimeSpan Leeway { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest that a token may be good for; whoever refuses replays keeps its name as long.</summary>
    public TimeSpan LongestLife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>After this, keys are asked for again.</summary>
    public TimeSpan KeysFreshFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long keys count while their issuer cannot be asked.</summary>
    public TimeSpan KeysGoodFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>An issuer is asked at most once in this time, whatever tokens come.</summary>
    public TimeSpan AskEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an issuer may take to answer.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(10);
}
