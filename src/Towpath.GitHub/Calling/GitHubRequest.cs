using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Towpath.GitHub.Calling;

/// <summary>One call.</summary>
public sealed record GitHubRequest
{
    public required HttpMethod Method { get; init; }

    /// <summary>Below the API's root, without a slash in front.</summary>
    public required string Path { get; init; }

    /// <summary>As whom.</summary>
    public required GitHubCaller Caller { get; init; }

    /// <summary>What was tried, for people: <c>creating a deployment of acme/web</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Repositories take turns before a limit. Null for calls that are about none.</summary>
    public string? Repository { get; init; }

    /// <summary>JSON in UTF-8.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    public string Accept { get; init; } = "application/vnd.github+json";

    /// <summary>Statuses besides those from 200 to 299 that are answers and no errors.</summary>
    public IReadOnlyList<int> Answers { get; init; } = [];

    /// <summary>Whether making it twice does what making it once does. So it is for all but POST.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>Whether it makes something that people see and are told of: GitHub limits these apart.</summary>
    public bool IsContent { get; init; }

    /// <summary>How long it may wait before a limit; after that it is refused with the time to come back.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Points of the secondary limit (GitHub documentation, "Rate limits for the REST API").</summary>
    internal int Points => Method == HttpMethod.Get || Method == HttpMethod.Head || Method == HttpMethod.Options ? 1 : 5;

    public static GitHubRequest Get(GitHubCaller caller, string action, GitHubPath path) =>
        new() { Method = HttpMethod.Get, Caller = caller, Action = action, Path = path.ToString(), IsRepeatable = true };

    public static GitHubRequest Post(GitHubCaller caller, string action, GitHubPath path) =>
        new() { Method = HttpMethod.Post, Caller = caller, Action = action, Path = path.ToString(), IsContent = true };

    public static GitHubRequest Put(GitHubCaller caller, string action, GitHubPath path) =>
        new() { Method = HttpMethod.Put, Caller = caller, Action = action, Path = path.ToString(), IsRepeatable = true, IsContent = true };

    public static GitHubRequest Patch(GitHubCaller caller, string action, GitHubPath path) =>
        new() { Method = HttpMethod.Patch, Caller = caller, Action = action, Path = path.ToString(), IsRepeatable = true, IsContent = true };

    public static GitHubRequest Delete(GitHubCaller caller, string action, GitHubPath path) =>
        new() { Method = HttpMethod.Delete, Caller = caller, Action = action, Path = path.ToString(), IsRepeatable = true, IsContent = true };

    public GitHubRequest In(GitHubRepository repository) => this with { Repository = repository.FullName };

    /// <summary>Whoever makes it looks again by itself, and holds nobody up by waiting.</summary>
    public GitHubRequest Briefly() => this with { Patience = TimeSpan.FromSeconds(4) };

    public GitHubRequest With<T>(T body, JsonTypeInfo<T> type) => this with { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    public override string ToString() => Action;
}

/// <summary>As whom GitHub is called. Each has its own token and its own limits.</summary>
public abstract record GitHubCaller
{
    /// <summary>The App itself.</summary>
    public sealed record App : GitHubCaller;

    /// <summary>The App where it is installed: the usual one.</summary>
    public sealed record Installation(long Id) : GitHubCaller;

    /// <summary>A person who logged in.</summary>
    /// <param name="Id">Whose limit it counts to: any name of the person.</param>
    /// <param name="Token">What GitHub gave for the login.</param>
    public sealed record User(string Id, string Token) : GitHubCaller
    {
        public override string ToString() => $"User {Id}";
    }

    /// <summary>Without any token.</summary>
    public sealed record Nobody : GitHubCaller;

    public static GitHubCaller TheApp { get; } = new App();

    public static GitHubCaller NoOne { get; } = new Nobody();

    /// <summary>What limits and kept answers belong to.</summary>
    internal string Account => this switch
    {
        App => "app",
        Installation installation => $"installation {installation.Id}",
        User user => $"user {user.Id}",
        _ => "nobody",
    };
}

/// <summary>A repository, and the installation that may see it.</summary>
/// <param name="Installation">The App's installation.</param>
/// <param name="Owner">The owner's login.</param>
/// <param name="Name">The repository's name.</param>
public sealed record GitHubRepository(long Installation, string Owner, string Name)
{
    public string FullName => $"{Owner}/{Name}";

    internal GitHubCaller Caller => new GitHubCaller.Installation(Installation);

    public override string ToString() => FullName;
}
