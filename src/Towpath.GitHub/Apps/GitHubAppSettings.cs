using System.Text;

namespace Towpath.GitHub.Apps;

/// <summary>The GitHub App that Towpath acts as: from <c>towpath.yaml</c>, or as the manifest flow returned it.</summary>
public sealed record GitHubAppSettings
{
    public required long AppId { get; init; }

    /// <summary>RSA, PEM.</summary>
    public required string PrivateKey { get; init; }

    /// <summary>What deliveries are signed with.</summary>
    public required string WebhookSecret { get; init; }

    /// <summary>For people who log in.</summary>
    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    /// <summary>The App's name in addresses, such as <c>towpath-acme</c>.</summary>
    public string? Slug { get; init; }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append("AppId = ").Append(AppId);
        return true;
    }
}

/// <summary>Where the App's settings are had. They may come while the process runs: somebody creates the App from the dashboard.</summary>
public interface IGitHubAppSource
{
    /// <summary>Null while there is no App.</summary>
    GitHubAppSettings? Current { get; }
}

/// <summary>An App that does not change.</summary>
public sealed class FixedApp(GitHubAppSettings? settings) : IGitHubAppSource
{
    public GitHubAppSettings? Current => settings;
}
