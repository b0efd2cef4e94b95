using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Calling.Limits;
using Towpath.GitHub.Oidc;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub;

public static class GitHubServices
{
    /// <summary>
    /// Registers the GitHub client, its calls, and the verifier of tokens for the issuers that <see cref="OidcOptions"/> names: by default those of the host's workflow runs. Whoever has
    /// the App's settings registers an <see cref="IGitHubAppSource"/> before; without one there is no App.
    /// </summary>
    public static IServiceCollection AddTowpathGitHub(this IServiceCollection services, GitHubOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options);
        services.TryAddSingleton(options.Host);
        services.TryAddSingleton<IGitHubAppSource>(new FixedApp(null));
        services.TryAddSingleton(_ => GitHubHttp.Create());
        services.TryAddSingleton(provider => new RateLimits(options.Limits, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<GitHubSender>();
        services.TryAddSingleton<AppJwt>();
        services.TryAddSingleton<InstallationTokens>();
        services.TryAddSingleton<IGitHubClient, GitHubClient>();
        services.TryAddSingleton<OAuthLogin>();
        services.AddCalls();
        services.TryAddSingleton(new OidcOptions { Issuers = [options.Host.Actions] });
        services.TryAddSingleton(_ => OidcHttp.Create());
        services.TryAddSingleton<Discovery>();
        services.TryAddSingleton<KeySets>();
        services.TryAddSingleton<TokenVerifier>();
        return services;
    }

    private static void AddCalls(this IServiceCollection services)
    {
        services.TryAddSingleton<ActionsApi>();
        services.TryAddSingleton<AppManifestsApi>();
        services.TryAddSingleton<BranchesApi>();
        services.TryAddSingleton<ChecksApi>();
        services.TryAddSingleton<CollaboratorsApi>();
        services.TryAddSingleton<CommitsApi>();
        services.TryAddSingleton<ContentsApi>();
        services.TryAddSingleton<DeploymentsApi>();
        services.TryAddSingleton<EnvironmentsApi>();
        services.TryAddSingleton<HookDeliveriesApi>();
        services.TryAddSingleton<InstallationsApi>();
        services.TryAddSingleton<IssuesApi>();
        services.TryAddSingleton<ProtectionRulesApi>();
        services.TryAddSingleton<PullsApi>();
        services.TryAddSingleton<RefsApi>();
        services.TryAddSingleton<ReleasesApi>();
        services.TryAddSingleton<RepositoriesApi>();
        services.TryAddSingleton<StatusesApi>();
        services.TryAddSingleton<TeamsApi>();
        services.TryAddSingleton<TreesApi>();
        services.TryAddSingleton<UsersApi>();
    }
}
