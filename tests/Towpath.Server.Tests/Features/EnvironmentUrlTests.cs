using Towpath.Core.Deployments;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

/// <summary>Where people find what runs is the same wherever it is told.</summary>
public sealed class EnvironmentUrlTests
{
    [Fact]
    public async Task Environment_is_shown_with_the_url_of_its_spec_once_something_runs_there()
    {
        var folder = new Folder();
        folder.Write("apps/web.yaml", Folder.Web.Replace("target: { kind: fake, fails: bad }", "url: https://web.example.com/\n    target: { kind: fake, fails: bad }", StringComparison.Ordinal));
        await using var server = await TestServer.StartAsync(folder: folder);
        await server.BuildAsync();
        Assert.All(await UrlsAsync(server), Assert.Null);

        await server.UntilAsync((await server.PromoteAsync("free")).Id, Phase.Succeeded);

        Assert.All(await UrlsAsync(server), url => Assert.Equal("https://web.example.com/", url));
    }

    /// <summary>On the board, and on the application's page.</summary>
    private static async Task<IReadOnlyList<string?>> UrlsAsync(TestServer server) =>
    [
        (await server.GetAsync<BoardView>("vera", "/api/v1/board")).Applications.Single(a => a.Name == "web").Environments.Single(e => e.Name == "free").Url,
        (await server.GetAsync<ApplicationView>("vera", "/api/v1/applications/web")).Environments.Single(e => e.Name == "free").Url,
    ];
}
