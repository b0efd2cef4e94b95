using Towpath.Core.Deployments;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

/// <summary>A deployment that no running node can do says so, instead of standing in line silently.</summary>
public sealed class MissingNodeTests
{
    private const string Said = "a node that has 'host:attic', and none runs: start towpath up there, or change the target in the app's spec";

    [Fact]
    [Trait("Row", "T14")]
    public async Task Deployment_for_a_host_that_no_node_has_says_so_on_its_page_and_on_the_board()
    {
        var folder = new Folder();
        folder.Write("apps/web.yaml", Folder.Web.Replace("fails: bad", "host: attic", StringComparison.Ordinal));
        await using var server = await TestServer.StartAsync(folder: folder);
        await server.BuildAsync();
        var asked = await server.PromoteAsync("free");
        var view = await TestServer.UntilAsync(async () =>
            await server.GetAsync<DeploymentView>("vera", $"/api/v1/deployments/{asked.Id}") is { WaitsFor: not null } said ? said : null);
        Assert.Equal((Phase.Queued, Said), (view.Phase, view.WaitsFor));
        var board = await server.GetAsync<BoardView>("vera", "/api/v1/board");
        var cell = board.Applications.Single(a => a.Name == "web").Environments.Single(e => e.Name == "free");
        Assert.Equal(Said, Assert.Single(cell.Waiting).WaitsFor);
    }
}
