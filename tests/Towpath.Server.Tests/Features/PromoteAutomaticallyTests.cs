using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

public sealed class PromoteAutomaticallyTests
{
    [Fact]
    public async Task Interrupted_and_done_again_it_requests_each_environment_once()
    {
        await using var server = await TestServer.StartAsync();
        var build = await server.BuildAsync(branch: "main");
        await server.UntilSucceededAsync("dev");
        var application = (await server.Running.Services.GetRequiredService<Configurations>().CurrentAsync(CancellationToken.None)).FindApplication("web")!;

        var again = await server.Running.Services.GetRequiredService<Promotions>().AutomaticAsync(application, build, fence: null, CancellationToken.None);

        Assert.Empty(again);
        var all = await server.Store.Deployments.ListAsync(new DeploymentFilter("web"), CancellationToken.None);
        Assert.Equal(("dev", Origin.Automatic), (Assert.Single(all).Key.Environment, all[0].Origin));
    }
}
