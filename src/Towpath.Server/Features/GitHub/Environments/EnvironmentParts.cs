namespace Towpath.Server.Features.GitHub.Environments;

/// <summary>What makes GitHub's environments match the specs.</summary>
internal static class EnvironmentParts
{
    public static IServiceCollection AddGitHubEnvironments(this IServiceCollection services) => services
        .AddSingleton<MatchEnvironments>().AddSingleton<EnvironmentMatches>().AddSingleton<EnvironmentWishes>().AddSingleton<EnvironmentStands>();
}
