using System.Runtime.CompilerServices;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Configuration;

public sealed class TakeUpTests
{
    [Fact]
    public async Task Folder_is_taken_up_when_it_changes_kept_out_when_broken_and_taken_up_when_mended()
    {
        await using var server = await TestServer.StartAsync();
        var first = await server.GetAsync<ConfigurationView>("vera", "/api/v1/configuration");
        Assert.Empty(first.Problems);

        server.Folder.Write("apps/web.yaml", Folder.Web.Replace("title: The web", "title: A new title", StringComparison.Ordinal));
        var second = await UntilAsync(server, view => view.Revision != first.Revision);
        Assert.Equal("A new title", (await server.GetAsync<ApplicationView>("vera", "/api/v1/applications/web")).Title);

        server.Folder.Write("apps/web.yaml", "name: web\ncolour: red");
        var broken = await UntilAsync(server, view => view.Problems.Count > 0);
        Assert.Equal(second.Revision, broken.Revision);
        Assert.Contains(broken.Problems, problem => problem is { File: "apps/web.yaml", Line: 2 });
        Assert.NotEmpty((await server.GetAsync<BoardView>("vera", "/api/v1/board")).Problems);
        Assert.NotEmpty((await server.GetAsync<BoardView>("pat", "/api/v1/board")).Problems);
        Assert.Empty((await server.GetAsync<BoardView>("otto", "/api/v1/board")).Problems);

        server.Folder.Write("apps/web.yaml", Folder.Web);
        var mended = await UntilAsync(server, view => view.Problems.Count == 0);
        Assert.Equal(first.Revision, mended.Revision);
    }

    [Fact]
    public async Task Commit_of_the_folder_is_the_source_of_the_policy()
    {
        var folder = new Folder();
        folder.Git("init", "--quiet");
        folder.Git("add", "--all");
        folder.Git("commit", "--quiet", "--message", "first");
        // A repository that would run something for whoever asks it for its state.
        folder.Git("config", "core.fsmonitor", "touch " + folder.At("executed"));
        await using var server = await TestServer.StartAsync(folder: folder);
        var head = folder.Git("rev-parse", "HEAD");
        Assert.Equal(head, (await server.GetAsync<ConfigurationView>("vera", "/api/v1/configuration")).Source);

        folder.Write("apps/web.yaml", Folder.Web.Replace("The web", "Changed", StringComparison.Ordinal));
        await UntilAsync(server, view => view.Source == head + "-dirty");

        await server.BuildAsync();
        Assert.Equal(head + "-dirty", (await server.PromoteAsync("free")).PolicySource);
        Assert.False(File.Exists(folder.At("executed")));
    }

    [Fact]
    public async Task Links_inside_the_folder_are_followed_and_those_that_leave_it_are_not()
    {
        var folder = new Folder();
        File.Move(Path.Combine(folder.Configuration, "apps/web.yaml"), Path.Combine(folder.Configuration, "web.real"));
        File.CreateSymbolicLink(Path.Combine(folder.Configuration, "apps/web.yaml"), "../web.real");
        await using var server = await TestServer.StartAsync(folder: folder);
        Assert.Empty((await server.GetAsync<ConfigurationView>("ada", "/api/v1/configuration")).Problems);

        File.WriteAllText(folder.At("outside.yaml"), "name: outside\nsecret: stays-outside");
        File.CreateSymbolicLink(Path.Combine(folder.Configuration, "apps/outside.yaml"), folder.At("outside.yaml"));

        var view = await UntilAsync(server, found => found.Problems.Count > 0);
        Assert.Contains("leads out of", Assert.Single(view.Problems).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("stays-outside", server.Log.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bomb")]
    [InlineData("depth")]
    [InlineData("size")]
    [InlineData("bytes")]
    public async Task Hostile_files_are_problems_and_nothing_else(string kind)
    {
        await using var server = await TestServer.StartAsync();
        var before = await server.GetAsync<ConfigurationView>("ada", "/api/v1/configuration");
        var path = Path.Combine(server.Folder.Configuration, "apps/hostile.yaml");
        switch (kind)
        {
            case "bomb": File.WriteAllText(path, "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nname: hostile\n"); break;
            case "depth": File.WriteAllText(path, new string('[', 100_000)); break;
            case "size": File.WriteAllText(path, new string('x', 2 << 20)); break;
            default: File.WriteAllBytes(path, [0xff, 0xfe, 0x00]); break;
        }

        var after = await UntilAsync(server, view => view.Problems.Count > 0);

        Assert.Equal(before.Revision, after.Revision);
        Assert.All(after.Problems, problem => Assert.Equal("apps/hostile.yaml", problem.File));
    }

    [Fact]
    public async Task Missing_folder_is_said_and_the_server_runs()
    {
        var folder = new Folder();
        Directory.Delete(folder.Configuration, recursive: true);
        await using var server = await TestServer.StartAsync(folder: folder);

        Assert.Contains("does not exist", server.Log.All, StringComparison.Ordinal);
        Assert.True((await server.Http.GetAsync("/readyz")).IsSuccessStatusCode);
    }

    private static Task<ConfigurationView> UntilAsync(TestServer server, Func<ConfigurationView, bool> found, [CallerArgumentExpression(nameof(found))] string what = "") => TestServer.UntilAsync(
        async () => await server.GetAsync<ConfigurationView>("vera", "/api/v1/configuration") is { } view && found(view) ? view : null, what: what);
}
