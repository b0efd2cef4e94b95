using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Dashboard.Tests.Scene;

/// <summary>An organization in which everything that a board can show has happened.</summary>
internal static class Story
{
    public static string Spec(string slug, string? title = null) => $$"""
        name: {{slug}}
        title: {{title ?? slug}}
        repository: acme/{{slug}}
        artifact: { kind: commit }
        environments:
          dev:
            auto_deploy: { branch: main }
            target: { kind: scripted }
          staging:
            after: [dev]
            approvals: [{ role: staff }]
            target: { kind: scripted }
          production:
            after: [staging]
            approvals: [{ role: staff }, { role: client }]
            target: { kind: scripted }
        """;

    /// <summary>One environment without gates.</summary>
    public static string Small(string slug) => $$"""
        name: {{slug}}
        artifact: { kind: commit }
        environments:
          live: { target: { kind: scripted } }
        """;

    public static async Task<DashboardServer> TellAsync()
    {
        var server = await DashboardServer.StartAsync(("portal", Spec("portal", "Customer portal")), ("handbook", Spec("handbook", "Handbook")), ("search", Small("search")), ("billing", Spec("billing", "Billing")), ("archive", Spec("archive", "Archive")));
        server.Script.Fail("v2.1.0");
        await ShipAsync(server, "portal", "v2.0.0", 1);
        await TryAsync(server, "portal", "v2.1.0", 2);
        await server.BuildAsync("portal", "v2.2.0", 3, "main");
        await server.PromoteAsync("portal", "staging", "v2.2.0", "the new search");
        await ShipAsync(server, "handbook", "v7", 4);
        await server.LockAsync("handbook", "production", "the printers are here until Friday");
        await ShipAsync(server, "billing", "sha-1f3c9aa", 7);
        await server.BuildAsync("billing", "sha-77ab012", 8, "main");
        await server.NewestAsync("billing", "dev", "succeeded", "sha-77ab012");
        await server.PromoteAsync("billing", "staging", "sha-77ab012", "invoices with the new tax rate");
        await server.BuildAsync("search", "v0.9", 6);
        server.Script.Hold("v0.9");
        await server.UntilAsync((await server.PromoteAsync("search", "live", "v0.9")).Id, Phase.Running);
        return server;
    }

    /// <summary>Carries a version to production, approved by whoever must.</summary>
    public static async Task<DeploymentView> ShipAsync(DashboardServer server, string application, string version, int commit) =>
        await server.UntilAsync((await ToProductionAsync(server, application, version, commit)).Id, Phase.Succeeded);

    /// <summary>Carries a version to production that fails there.</summary>
    private static async Task TryAsync(DashboardServer server, string application, string version, int commit)
    {
        await server.BuildAsync(application, version, commit);
        server.Script.Release(version);
        var dev = await server.PromoteAsync(application, "dev", version);
        await server.UntilAsync(dev.Id, Phase.RolledBack);
    }

    private static async Task<DeploymentView> ToProductionAsync(DashboardServer server, string application, string version, int commit)
    {
        await server.BuildAsync(application, version, commit);
        await server.UntilAsync((await server.PromoteAsync(application, "dev", version)).Id, Phase.Succeeded);
        var staging = await server.PromoteAsync(application, "staging", version);
        await server.ApproveAsync(staging.Id, "sam", "looked at it on dev");
        await server.UntilAsync(staging.Id, Phase.Succeeded);
        var production = await server.PromoteAsync(application, "production", version, "release of the week");
        await server.ApproveAsync(production.Id, "sam");
        return await server.ApproveAsync(production.Id, "pat", "go");
    }
}
