using Towpath.Core;
using Towpath.Core.Commands;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Webhooks;
using Towpath.Server.Features.GitHub.Status;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub;

/// <summary>Two control planes with one database, both of which GitHub tells of everything, at the same time.</summary>
[Trait("Row", "D5")]
public sealed class TwoNodeTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Command_that_both_are_told_of_is_done_once_and_answered_in_one_comment()
    {
        var database = await postgres.CreateAsync();
        await using var scene = await PullScene.StartAsync(database: database);
        var folder = new Folder();
        File.Copy(Path.Combine(scene.Server.Folder.Configuration, "apps", "web.yaml"), Path.Combine(folder.Configuration, "apps", "web.yaml"), overwrite: true);
        await using var second = await TestServer.StartAsync(database, folder, github: scene.GitHub.Credentials, more: services => services.AddSingleton(new StatusPace(TimeSpan.Zero, TimeSpan.Zero)));
        TestServer[] both = [scene.Server, second];
        var pull = await scene.PullAsync();

        var comments = new List<Comment>();
        foreach (var body in (string[])["/lock staging the fair", "/deploy dev", "/unlock staging"])
        {
            scene.GitHub.World.Script.Webhooks.Add(new WebhookRule { Kind = WebhookFault.Hold, Event = "issue_comment" });
            var comment = await scene.SayAsync(pull, body);
            var held = scene.GitHub.World.Outbox.Held.Last(delivery => delivery.Event == "issue_comment");
            await Task.WhenAll(both.SelectMany(server => new[] { TellAsync(server, held), TellAsync(server, held) }));
            Assert.Equal(PullCommandState.Accepted, (await scene.AnsweredAsync(comment)).State);
            comments.Add(comment);
        }

        await scene.UntilShownAsync(pull.Issue, "web/dev: succeeded");
        await TestServer.UntilAsync(async () => await scene.IsQuietAsync(pull.Number) ? "quiet" : null);
        Assert.All(comments, comment => Assert.Equal("eyes rocket", scene.Reactions(comment)));
        Assert.Single(scene.Own(pull.Issue));
        Assert.Single(await scene.Store.Deployments.ListAsync(new DeploymentFilter("web"), Token));
        Assert.Null((await scene.Store.Environments.GetAsync(new EnvironmentKey("web", "staging"), Token)).Lock);
        var noted = await scene.Store.Audit.RecentAsync("web", null, 200, Token);
        foreach (var action in (string[])["environment.locked", "environment.unlocked"]) Assert.Single(noted, entry => entry.Actor == "dev" && entry.Action == action);
    }

    private static async Task TellAsync(TestServer server, GitHubEmulator.Webhooks.Delivery delivery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/github") { Content = new ByteArrayContent(delivery.Payload) };
        foreach (var (name, value) in delivery.Headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        using var response = await server.Http.SendAsync(request, Token);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
    }
}
