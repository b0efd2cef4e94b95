using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Towpath.Engine.Work;
using Towpath.GitHub.Oidc;
using Towpath.Server.Api;
using Towpath.Server.Dashboard;
using Towpath.Server.Features;
using Towpath.Server.Features.Logins;
using Towpath.Server.Features.Approvals;
using Towpath.Server.Features.Audit;
using Towpath.Server.Features.Board;
using Towpath.Server.Features.Builds;
using Towpath.Server.Features.Configuration;
using Towpath.Server.Features.Deployments;
using Towpath.Server.Features.Environments;
using Towpath.Server.Features.Events;
using Towpath.Server.Features.GitHub;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Features.Health;
using Towpath.Server.Features.Hosting;
using Towpath.Server.Features.Me;
using Towpath.Server.Features.Requests;
using Towpath.Server.Features.Tokens;
using Towpath.Server.Features.Work;
using Towpath.Server.Security;
using Towpath.Server.Security.Keys;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server;

/// <summary>What the server consists of.</summary>
internal static class ServerBuilding
{
    public static void AddLogging(this WebApplicationBuilder builder, ServerOptions options)
    {
        // The framework's request logs would hold addresses with login codes; what matters is logged by us.
        builder.Logging.SetMinimumLevel(options.LogLevel).AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName = options.JsonLogs ? ConsoleFormatterNames.Json : PlainFormatter.FormatterName;
        });
        builder.Logging.AddConsoleFormatter<PlainFormatter, ConsoleFormatterOptions>();
    }

    public static void AddListening(this WebApplicationBuilder builder, ServerOptions options)
    {
        builder.WebHost.UseKestrelCore().UseUrls([.. options.Urls]).ConfigureKestrel(Limits.Apply);
        builder.WebHost.UseKestrelHttpsConfiguration();
    }

    public static void AddServer(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options).AddSingleton(options.Limits);
        services.TryAddSingleton(TimeProvider.System);
        // First the configuration, then those who serve it, then the work that looks at what is served; and the other way round at the end.
        if (options.ConfigurationRepository is null) services.AddHostedService<ConfigurationWatcher>();
        services.AddHostedService<TargetHosting>();
        services.AddTowpathEngine(options.Engine);
        services.AddRouting().AddRequestTimeouts(Limits.Apply).AddOpenApi("v1", ApiDescription.Configure);
        services.Configure<RouteHandlerOptions>(route => route.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));
        services.AddSecurity(options);
        services.AddUseCases();
        services.AddLogins(options);
        services.AddGitHub(options).AddWatchParts();
        services.AddDashboard();
    }

    private static void AddSecurity(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<Access>().AddSingleton<Authentication>().AddSingleton<WorkflowDoor>().AddSingleton<LoginCodes>().AddSingleton<LoginThrottle>().AddSingleton<Sessions>();
        services.AddSingleton(_ => new ProtectionKey(KeyFile.ReadOrCreate(Path.Combine(options.DataFolder, "data-protection.key"))));
        services.AddSingleton(_ => new AuditKey(KeyFile.ReadOrCreate(Path.Combine(options.DataFolder, AuditKey.FileName))));
        services.AddDataProtection().SetApplicationName("towpath");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, KeyManagement>();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "towpath_antiforgery";
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
    }

    private static void AddLogins(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<LoginAttempts>().AddSingleton<KnownAccounts>().AddSingleton<AdmitPerson>().AddSingleton<LogInElsewhere>().AddSingleton<ILoginProvider, GitHubLogin>();
        // Apart from the issuer of workflow runs: neither's tokens count at the other's door.
        var issuers = new OidcOptions { Issuers = [.. options.OidcProviders.Select(p => p.Issuer)] };
        services.AddSingleton(provider => new CodeFlow(provider.GetRequiredService<OidcHttp>(), issuers, provider.GetRequiredService<TimeProvider>()));
        foreach (var one in options.OidcProviders) services.AddSingleton<ILoginProvider>(provider => new OidcLogin(one, provider.GetRequiredService<CodeFlow>()));
    }

    private static void AddUseCases(this IServiceCollection services)
    {
        services.AddSingleton<Links>().AddSingleton<EnvironmentUrls>().AddSingleton<PublicAddress>().AddSingleton<DeploymentViews>().AddSingleton<EnvironmentViews>().AddSingleton<Lookups>().AddSingleton<Audits>();
        services.AddSingleton<LogIn>().AddSingleton<LogInRecords>().AddSingleton<LogOut>().AddSingleton<ShowMe>().AddSingleton<ManageTokens>();
        services.AddSingleton<ShowBoard>().AddSingleton<ShowApplications>();
        services.AddSingleton<ConfigurationProblems>().AddSingleton<ShowConfiguration>();
        services.AddSingleton<ListBuilds>().AddSingleton<ReportBuilds>().AddSingleton<ReportedArtifacts>().AddSingleton<IWorkHandler, PromoteAutomatically>();
        services.AddSingleton<RequestPromotions>().AddSingleton<RequestRollbacks>();
        services.AddSingleton<ListDeployments>().AddSingleton<ShowDeployment>().AddSingleton<ChangeDeployment>();
        services.AddSingleton<DecideDeployments>().AddSingleton<DecisionChanges>();
        services.AddSingleton<LockEnvironments>().AddSingleton<PinEnvironments>().AddSingleton<ResumeAutomation>().AddSingleton<TargetEyes>().AddSingleton<ObserveEnvironments>().AddSingleton<AdoptEnvironments>().AddSingleton<AdoptedBuilds>();
        services.AddSingleton<ReadAudit>().AddSingleton<ShowSetAside>().AddSingleton<FollowEvents>().AddSingleton<FollowLog>().AddSingleton<ShowHealth>();
    }

    /// <summary>Bodies are read by the framework, with the same options as <see cref="ApiJson"/> writes.</summary>
    private static void Configure(JsonSerializerOptions options)
    {
        var ours = ApiJson.Default.Options;
        options.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        options.PropertyNamingPolicy = ours.PropertyNamingPolicy;
        options.DefaultIgnoreCondition = ours.DefaultIgnoreCondition;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = ours.MaxDepth;
        options.RespectNullableAnnotations = true;
        foreach (var converter in ours.Converters) options.Converters.Add(converter);
    }
}
