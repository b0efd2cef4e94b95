using Microsoft.Extensions.DependencyInjection;
using System.Text.Json.Serialization.Metadata;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target;

/// <summary>
/// Reaches repositories with a token that the process was given, where there is no App: by hand, or in a workflow with its <c>GITHUB_TOKEN</c>. What such a token
/// makes starts no workflow but one that is dispatched.
/// </summary>
public static class TokenAccess
{
    internal const long Installation = 0;

    public static IServiceCollection AddGitHubToken(this IServiceCollection services, string token) => services
        .AddSingleton<IRepositoryFinder, NamedRepositories>()
        .AddSingleton<IGitHubClient>(provider => new TokenClient(
            new GitHubClient(provider.GetRequiredService<GitHubSender>(), provider.GetRequiredService<AppJwt>(), provider.GetRequiredService<InstallationTokens>()),
            new GitHubCaller.User("token", token)));

    private sealed class NamedRepositories(RepositoriesApi repositories) : IRepositoryFinder
    {
        public async Task<GitHubRepository?> FindAsync(WantedRepository wanted, CancellationToken cancellationToken) => wanted.Name.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } repository]
            ? await repositories.CheckedAsync(wanted, new GitHubRepository(Installation, owner, repository), cancellationToken)
            : null;
    }

    private sealed class TokenClient(GitHubClient github, GitHubCaller.User user) : IGitHubClient
    {
        public Task<GitHubAnswer<T>> SendAsync<T>(GitHubRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken) => github.SendAsync(Own(request), type, cancellationToken);

        public Task<GitHubReply> SendAsync(GitHubRequest request, CancellationToken cancellationToken) => github.SendAsync(Own(request), cancellationToken);

        public IAsyncEnumerable<T> PagesAsync<T>(GitHubRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken) => github.PagesAsync(Own(request), type, cancellationToken);

        private GitHubRequest Own(GitHubRequest request) => request.Caller is GitHubCaller.Installation { Id: Installation } ? request with { Caller = user } : request;
    }
}
