using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.GitHub.Target.Steps;

namespace Towpath.GitHub.Target;

public static class GitHubTargetServices
{
    /// <summary>Registers the target <c>github</c>. Whoever has a shorter way to repositories registers an <see cref="IRepositoryFinder"/> before.</summary>
    public static IServiceCollection AddGitHubTarget(this IServiceCollection services)
    {
        services.TryAddSingleton<IRepositoryFinder, InstalledRepositories>();
        services.TryAddSingleton<OwnWork>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITarget, GitHubTarget>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetPreview, GitHubPreview>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITargetInspection, GitHubInspection>());
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IStep, CreateStep>(), ServiceDescriptor.Singleton<IStep, FollowStep>(), ServiceDescriptor.Singleton<IStep, DispatchStep>(),
            ServiceDescriptor.Singleton<IStep, FollowRunStep>(), ServiceDescriptor.Singleton<IStep, StopStep>(),
        ]);
        return services;
    }
}
