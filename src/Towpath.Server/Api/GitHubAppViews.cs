namespace Towpath.Server.Api;

/// <summary>The GitHub App that Towpath acts as. Without any of its secrets.</summary>
public sealed record GitHubAppView
{
    /// <summary><c>settings</c>: of the operator's file; <c>dashboard</c>: created there; null where there is none.</summary>
    public string? Source { get; init; }
    public long? AppId { get; init; }
    public string? Slug { get; init; }
    public string? Name { get; init; }

    /// <summary>The account that it belongs to.</summary>
    public string? Owner { get; init; }

    /// <summary>Its page on GitHub, where it is installed, too.</summary>
    public string? Url { get; init; }
    public string? InstallUrl { get; init; }

    /// <summary>Where its owner changes or deletes it.</summary>
    public string? SettingsUrl { get; init; }

    /// <summary>Whether deliveries can be checked, so that they are taken in.</summary>
    public bool TakesDeliveries { get; init; }

    /// <summary>Whether people can log in with it.</summary>
    public bool LogsIn { get; init; }
    public string? CreatedBy { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public IReadOnlyList<GitHubInstallationView> Installations { get; init; } = [];

    /// <summary>The GitHub teams that give roles.</summary>
    public IReadOnlyList<GitHubTeamView> Teams { get; init; } = [];

    /// <summary>Why the rest is not known, or what is wrong with the App.</summary>
    public string? Problem { get; init; }
}

/// <summary>Where the App is installed.</summary>
public sealed record GitHubInstallationView
{
    public required long Id { get; init; }
    public required string Account { get; init; }

    /// <summary><c>all</c> or <c>selected</c>.</summary>
    public string? Repositories { get; init; }
    public bool IsSuspended { get; init; }

    /// <summary>Where it is changed.</summary>
    public string? Url { get; init; }

    /// <summary>What was not granted there, such as <c>deployments: write</c>.</summary>
    public required IReadOnlyList<string> MissingPermissions { get; init; }

    /// <summary>Events that GitHub does not send from there.</summary>
    public required IReadOnlyList<string> MissingEvents { get; init; }
}

/// <param name="Team">As <c>organization/team</c>.</param>
/// <param name="Members">How many.</param>
/// <param name="ReadAt">When GitHub said so; ten minutes later it does not count any more.</param>
/// <param name="Problem">Why nobody is in it, or why it could not be read again.</param>
public sealed record GitHubTeamView(string Team, int Members, DateTimeOffset ReadAt, string? Problem);
