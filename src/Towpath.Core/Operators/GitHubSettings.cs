namespace Towpath.Core.Operators;

/// <summary>The GitHub App: <c>github</c> of <c>towpath.yaml</c>. Secrets are references, <c>env:NAME</c> or <c>file:</c> with an absolute path.</summary>
public sealed record GitHubSettings
{
    public const string Environment = "env:";
    public const string File = "file:";
    public const string DefaultApiUrl = "https://api.github.com";
    public const string DefaultWebUrl = "https://github.com";

    public static TimeSpan KeptByDefault { get; } = TimeSpan.FromDays(30);

    public long? AppId { get; init; }

    public string? PrivateKey { get; init; }

    public string? WebhookSecret { get; init; }

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public string? ApiUrl { get; init; }

    public string? WebUrl { get; init; }

    /// <summary>Whether to keep to GitHub's documented secondary limits; an Enterprise Server may have none.</summary>
    public bool HasSecondaryLimits { get; init; } = true;

    /// <summary>How long deliveries that were handled are kept.</summary>
    public TimeSpan KeepDeliveries { get; init; } = KeptByDefault;
}

/// <summary>The GitHub App with its secrets. Prints none of them.</summary>
public sealed record GitHubCredentials
{
    public long? AppId { get; init; }

    /// <summary>RSA, PEM.</summary>
    public string? PrivateKey { get; init; }

    public string? WebhookSecret { get; init; }

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public string ApiUrl { get; init; } = GitHubSettings.DefaultApiUrl;

    public string WebUrl { get; init; } = GitHubSettings.DefaultWebUrl;

    public bool HasSecondaryLimits { get; init; } = true;

    public override string ToString() => $"GitHubCredentials {{ AppId = {AppId}, ApiUrl = {ApiUrl} }}";
}
