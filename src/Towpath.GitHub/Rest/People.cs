namespace Towpath.GitHub.Rest;

/// <summary>A person, a bot or an organization.</summary>
/// <param name="Id">Stays, whatever the login becomes. 0 where GitHub names nobody.</param>
/// <param name="Login">The name at that time.</param>
public sealed record GitHubAccount(long Id = 0, string Login = "")
{
    /// <summary><c>User</c>, <c>Bot</c> or <c>Organization</c>.</summary>
    public string? Type { get; init; }

    public string? HtmlUrl { get; init; }

    public string? AvatarUrl { get; init; }
}

/// <summary>An App as others' answers name it.</summary>
public sealed record GitHubAppName(long Id, string? Slug = null);
