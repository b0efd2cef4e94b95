using Towpath.Engine.Work;
using Towpath.GitHub.Target;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Mirror;

/// <summary>What hangs on GitHub Deployments.</summary>
internal static class DeploymentParts
{
    public static void AddGitHubDeployments(this IServiceCollection services) => services
        .AddSingleton<OwnWork>().AddSingleton<IRepositoryFinder>(provider => new RepositoryFinder(
            provider.GetRequiredService<GitHubRepositories>(), new Lazy<Configurations>(provider.GetRequiredService<Configurations>), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IDeliveryReaction, WakeDeployments>()
        .AddSingleton<MirrorRounds>().AddSingleton<ITransitionReaction, MirrorWork>().AddSingleton<IWorkHandler, ShowDeployments>()
        .AddSingleton<EndPreviews>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<EndPreviews>()).AddSingleton<IDeliveryReaction>(provider => provider.GetRequiredService<EndPreviews>());
}
