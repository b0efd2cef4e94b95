using Towpath.Server.Dashboard.Applications;
using Towpath.Server.Dashboard.Assets;
using Towpath.Server.Dashboard.Board;
using Towpath.Server.Dashboard.Deliveries;
using Towpath.Server.Dashboard.Deployments;
using Towpath.Server.Dashboard.Environments;
using Towpath.Server.Dashboard.GitHub;
using Towpath.Server.Dashboard.Shell;

namespace Towpath.Server.Dashboard;

/// <summary>The pages for people: rendered here, complete without a script, and kept up to date by one small script.</summary>
internal static class DashboardParts
{
    public static void AddDashboard(this IServiceCollection services)
    {
        // Components are rendered once for each answer; there are no circuits and no script of the framework.
        services.AddRazorComponents();
        services.AddSingleton<PageContexts>();
        services.AddSingleton<AbilitiesOf>().AddSingleton<LogWindows>().AddSingleton<DeploymentModels>().AddSingleton<DeploymentForms>();
        services.AddSingleton<EnvironmentForms>().AddSingleton<ApplicationModels>();
    }

    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        DashboardAssets.Map(routes);
        Themes.Map(routes);
        BoardRoute.Map(routes);
        DeploymentsRoute.Map(routes);
        DeploymentRoutes.Map(routes);
        ApplicationRoutes.Map(routes);
        DeliveryRoutes.Map(routes);
        GitHubRoutes.Map(routes);
    }
}
