using Microsoft.AspNetCore.HttpOverrides;
using Towpath.Server.Dashboard;
using Towpath.Server.Dashboard.Errors;
using Towpath.Server.Features.Logins;
using Towpath.Server.Features.Approvals;
using Towpath.Server.Features.Audit;
using Towpath.Server.Features.Board;
using Towpath.Server.Features.Builds;
using Towpath.Server.Features.Configuration;
using Towpath.Server.Features.Deployments;
using Towpath.Server.Features.Environments;
using Towpath.Server.Features.Events;
using Towpath.Server.Features.GitHub.App;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Environments;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Features.Health;
using Towpath.Server.Features.Me;
using Towpath.Server.Features.Requests;
using Towpath.Server.Features.Tokens;
using Towpath.Server.Features.Work;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server;

/// <summary>What a request passes through, and where it can go: the server's table of contents.</summary>
internal static class ServerRoutes
{
    public static void UseServer(this WebApplication app)
    {
        // Only a proxy on this machine is believed; that is the framework's default.
        app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All });
        app.Use(SecurityHeaders.AddAsync);
        app.UseMiddleware<Failures>();
        app.Use(ErrorResult.AnswerNotFoundAsync);
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseMiddleware<Gatekeeper>();
        app.UseAntiforgery();
    }

    public static void MapServer(this WebApplication app)
    {
        ShowHealth.Map(app);
        LogIn.Map(app);
        LogOut.Map(app);
        LogInElsewhere.Map(app);
        ReceiveDeliveries.Map(app);
        app.MapOpenApi().AllowAnonymous();
        app.MapDashboard();
        MapApi(app.MapGroup("/api/v1"));
    }

    private static void MapApi(RouteGroupBuilder api)
    {
        ShowMe.Map(api);
        ShowBoard.Map(api);
        ShowApplications.Map(api);
        ListBuilds.Map(api);
        ReportBuilds.Map(api);
        RequestPromotions.Map(api);
        RequestRollbacks.Map(api);
        ListDeployments.Map(api);
        ShowDeployment.Map(api);
        FollowLog.Map(api);
        DecideDeployments.Map(api);
        ChangeDeployment.Map(api);
        LockEnvironments.Map(api);
        PinEnvironments.Map(api);
        ResumeAutomation.Map(api);
        ObserveEnvironments.Map(api);
        AdoptEnvironments.Map(api);
        ManageTokens.Map(api);
        ReadAudit.Map(api);
        ShowConfiguration.Map(api);
        ShowSetAside.Map(api);
        ShowWatches.Map(api);
        ShowDeliveries.Map(api);
        ReplayDelivery.Map(api);
        ShowApp.Map(api);
        RemoveApp.Map(api);
        MatchEnvironments.Map(api);
        FollowEvents.Map(api);
    }
}
