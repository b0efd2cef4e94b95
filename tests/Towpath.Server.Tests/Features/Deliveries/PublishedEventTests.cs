using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.GitHub.Tests.Webhooks;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.Deliveries;

/// <summary>
/// The events that GitHub publishes as examples come in at the door of a whole control plane, which follows the repository that most of them are of with everything
/// that it has. GitHub knows the repository, and hardly anything of what they tell of it: no commit, no pull request, no release.
/// </summary>
[Trait("Row", "T5")]
public sealed class PublishedEventTests(PostgresServer postgres)
{
    private const long RepositoryId = 186853002;
    private const long OwnerId = 21031067;

    private const string Spec = """
        name: hello
        repository: Codertocat/Hello-World
        artifact: { kind: commit }
        builds: { ids: { repository: 186853002, owner: 21031067 } }
        releases: { tag: "{version}" }
        previews: { label: bug, expire: 7d, target: { kind: fake } }
        environments:
          dev: { auto_deploy: { branch: "**" }, required_checks: all, target: { kind: fake } }
          production: { after: [dev], auto_deploy: { tag: "**" }, approvals: [{ role: staff }], target: { kind: fake } }
        """;

    private const string Organization = """
        roles:
          developer: { users: [Codertocat], teams: [Octocoders/github] }
          staff: { users: [sam] }
          administrator: { users: [ada] }
        """;

    /// <summary>More than what is being done has its lease for, and less than what is looked at again every minute: gates whose checks cannot be read, and teams.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_one_of_them_is_kept_and_ends_as_handled_or_ignored(bool onPostgres)
    {
        await using var scene = await StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        var sent = Example.All.Select(example => new Sending(example.Event, example.ToString(), OfOwnApp(scene, example.Payload))).ToList();
        await DeliverAsync(scene, sent);

        foreach (var one in sent)
        {
            var settled = await scene.Server.SettledAsync(one.Guid);
            var expected = WebhookReader.Used.Contains(one.Event) ? DeliveryState.Handled : DeliveryState.Ignored;
            Assert.True(settled.State == expected, $"{one.What}: {settled.State} {settled.Note}");
        }

        await IsQuietAsync(scene);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_field_spoiled_each_is_kept_and_ends_and_nothing_fails(bool onPostgres)
    {
        await using var scene = await StartAsync(onPostgres ? await postgres.CreateAsync() : null);
        var sent = Example.All.Where(example => WebhookReader.Used.Contains(example.Event)).DistinctBy(example => (example.Event, example.Payload["action"]?.ToString()))
            .SelectMany(example => Spoiled.Versions(JsonNode.Parse(OfOwnApp(scene, example.Payload))!.AsObject()).Select(version => new Sending(example.Event, $"{example}, {version.What}", version.Bytes)))
            .Where((_, number) => number % 307 == 0).ToList();
        Assert.True(sent.Count > 150, $"{sent.Count}");
        await DeliverAsync(scene, sent);

        foreach (var one in sent)
        {
            var settled = await scene.Server.SettledAsync(one.Guid);
            Assert.True(settled.State is DeliveryState.Handled or DeliveryState.NotUnderstood, $"{one.What}: {settled.State} {settled.Note}");
        }

        await IsQuietAsync(scene);
    }

    /// <summary>Nobody's work comes in between but what follows from the deliveries.</summary>
    private static Task<GitHubServer> StartAsync(string? database)
    {
        var folder = new Folder();
        folder.Write("organization.yaml", Organization);
        folder.Write("apps/hello.yaml", Spec);
        foreach (var other in new[] { "web", "other" }) File.Delete(Path.Combine(folder.Configuration, "apps", $"{other}.yaml"));
        return GitHubServer.StartAsync(database, folder, prepare: world =>
        {
            world.Accounts.User("Codertocat", OwnerId);
            world.Repositories.Create("Codertocat/Hello-World", id: RepositoryId);
        }, settings: options => options with { Engine = options.Engine with { Recurring = false } });
    }

    /// <summary>As the own App would be told: with its installation, and of one repository by one name.</summary>
    private static byte[] OfOwnApp(GitHubServer scene, JsonObject payload)
    {
        var own = payload.DeepClone().AsObject();
        if (own["installation"] is JsonObject installation) installation["id"] = scene.Installation.Id;
        else own["installation"] = new JsonObject { ["id"] = scene.Installation.Id };
        if (own["repository"] is JsonObject repository && (string?)repository["full_name"] == "Codertocat/Hello-World")
            (repository["id"], repository["owner"]!["id"]) = (RepositoryId, OwnerId);
        return Encoding.UTF8.GetBytes(own.ToJsonString());
    }

    private static async Task DeliverAsync(GitHubServer scene, IReadOnlyList<Sending> sent)
    {
        foreach (var some in sent.Chunk(16))
            foreach (var (one, status) in await Task.WhenAll(some.Select(async one => (one, await SendAsync(scene, one)))))
                Assert.True(status == HttpStatusCode.Accepted, $"{one.What}: {status}");
    }

    private static async Task<HttpStatusCode> SendAsync(GitHubServer scene, Sending one)
    {
        using var request = Sent.Request(one.Guid, one.Body, one.Event, scene.App.WebhookSecret!);
        using var response = await scene.Server.Http.SendAsync(request, Token);
        return response.StatusCode;
    }

    /// <summary>Until nothing is left to be done, and nothing of it went wrong.</summary>
    private static async Task IsQuietAsync(GitHubServer scene)
    {
        var anybody = new NodeIdentity("looks", "looks", ["host:test"], NodeIdentity.DefaultLease);
        await TestServer.UntilAsync(async () => await scene.Server.Store.Work.NextDueAsync(anybody, Token) is { } due && due < Soon ? null : "quiet");
        Assert.Empty(await scene.Server.Store.Work.SetAsideAsync(10, Token));
        Assert.True(scene.Server.Log.Problems.Count == 0, string.Join('\n', scene.Server.Log.Problems));
    }

    private sealed record Sending(string Event, string What, byte[] Body)
    {
        public Guid Guid { get; } = Guid.CreateVersion7();
    }
}
