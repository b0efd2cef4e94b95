using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub;

/// <summary>The control plane and GitHub, as they find each other.</summary>
public sealed class FrontDoorTests
{
    [Fact]
    public async Task What_GitHub_delivers_is_known_and_its_repository_is_found_without_asking()
    {
        await using var scene = await GitHubServer.StartAsync();
        var commit = scene.Web.Push("main", new Dictionary<string, string?> { ["a.txt"] = "a" }, "a change", "kim");
        await scene.SettledAsync();

        Assert.Equal(commit.Sha, (await scene.Server.Store.Facts.RefAsync(scene.Web.Id, "refs/heads/main", default))!.Sha);
        var calls = scene.GitHub.Calls.All.Count;
        var found = await scene.Server.Running.Services.GetRequiredService<GitHubRepositories>().FindCalledAsync("ACME/web", default);
        Assert.Equal((scene.Web.Id, scene.Installation.Id), (found!.Id, found.At.Installation));
        Assert.Equal(calls, scene.GitHub.Calls.All.Count);
    }

    [Fact]
    public async Task A_repository_that_nobody_told_of_is_asked_for_once()
    {
        await using var scene = await GitHubServer.StartAsync();
        var repositories = scene.Server.Running.Services.GetRequiredService<GitHubRepositories>();

        Assert.Equal(scene.Web.Id, (await repositories.FindCalledAsync("acme/web", default))!.Id);
        var calls = scene.GitHub.Calls.All.Count;
        Assert.Equal(scene.Web.Id, (await repositories.FindAsync(scene.Web.Id, default))!.Id);
        Assert.Equal(scene.Web.Id, (await repositories.FindCalledAsync("acme/web", default))!.Id);
        Assert.Equal(calls, scene.GitHub.Calls.All.Count);
        Assert.Null(await repositories.FindCalledAsync("acme/other", default));
        Assert.Null(await repositories.FindCalledAsync("no name", default));
    }
}
