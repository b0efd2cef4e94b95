using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.GitHub.Target;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Repositories;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Configuration;
using Towpath.Server.Features.GitHub.Deliverybot;
using Towpath.Server.Features.GitHub.Status;
using Towpath.Server.Tests.Scene;
using Commit = Towpath.GitHubEmulator.Repositories.Commit;

namespace Towpath.Server.Tests.Features.GitHub.Deliverybot;

/// <summary>A control plane that serves the Deliverybot file of acme/web as the application shop, and somebody on GitHub who listens to deployments.</summary>
internal sealed class DeliverybotScene : IAsyncDisposable
{
    public const string Path = ".github/deploy.yml";

    /// <summary>As Deliverybot's users have it.</summary>
    public const string File = """
        staging:
          auto_deploy_on: refs/heads/main
          required_contexts: ["ci"]
          environment: staging
          description: 'Deploy ${{ short_sha }} to ${{target}}'
          payload:
            release: staging-${{ repo }}
            tag: ${{ commit.sha }}
        prod_east:
          required_contexts: ["ci"]
          production_environment: true
          environment: production
        review:
          auto_deploy_on: pr
          transient_environment: true
          production_environment: false
          required_contexts: []
          deployments:
          - environment: pr${{pr}}
            auto_merge: false
        """;

    private int _pushes;

    private DeliverybotScene(GitHubServer gitHub) => GitHub = gitHub;

    public GitHubServer GitHub { get; }

    public TestServer Server => GitHub.Server;

    public Repository Web => GitHub.Web;

    public static async Task<DeliverybotScene> StartAsync(
        string? database = null, bool isProtected = true, string? listener = "success", Func<DeliverybotRepository, DeliverybotRepository>? listed = null, Folder? folder = null)
    {
        var wanted = new DeliverybotRepository(new ConfigurationRepository("acme/web") { IsOfApplication = true }, "shop");
        return new DeliverybotScene(await GitHubServer.StartAsync(
            database, folder,
            prepare: world =>
            {
                var web = world.Repositories.Find("acme/web")!;
                web.Listener = listener;
                world.Accounts.User("dev");
                web.Collaborators["dev"] = Role.Write;
                if (isProtected) web.ProtectedBranches.Add("main");
            },
            more: services => services.AddGitHubTarget().AddSingleton(new StatusPace(TimeSpan.Zero, TimeSpan.Zero)).AddSingleton(new PlanPace(TimeSpan.Zero, TimeSpan.Zero)),
            settings: options => options with { Deliverybot = [listed is null ? wanted : listed(wanted)] }));
    }

    /// <summary>A commit; each in another second.</summary>
    public Commit Push(string? file, string branch = "main", string by = "dev")
    {
        GitHub.World.Time.Advance(TimeSpan.FromSeconds(2));
        return Web.Push(branch, new Dictionary<string, string?>(StringComparer.Ordinal) { [Path] = file, ["a.txt"] = $"{++_pushes}" }, "a change", by);
    }

    /// <summary>As the interval does when it is over.</summary>
    public async Task SweepAsync() =>
        Assert.IsType<CommitOutcome.Committed>(await Server.Store.CommitAsync(new Engine.Storage.Commit { Changes = [RecurringHandler.Soon(SweepDeliverybot.WorkName)] }, default));

    public async Task<DeliverybotView> ViewAsync() => Assert.Single((await Server.GetAsync<ConfigurationView>("ada", "/api/v1/configuration")).Deliverybot);

    public Task<DeliverybotView> UntilAsync(Func<DeliverybotView, bool> isSo) => TestServer.UntilAsync(async () => await ViewAsync() is var view && isSo(view) ? view : null);

    public Task<DeliverybotView> InForceAsync(Commit commit) => UntilAsync(view => view.Commit == commit.Sha && view.Problems.Count == 0);

    /// <summary>Until this is said of a file that is not taken up.</summary>
    public async Task<string> ProblemAsync(string code) => (await UntilAsync(view => view.Problems.Any(problem => problem.Code == code))).Problems.First(problem => problem.Code == code).ToString();

    public Task StatusAsync(string sha, string context, CommitState state) => Server.Running.Services.GetRequiredService<StatusesApi>().ReportAsync(
        new GitHubRepository(GitHub.Installation.Id, "acme", "web"), sha, new NewCommitStatus { Context = context, State = state }, TestContext.Current.CancellationToken);

    public Task<Deployment> UntilAsync(string environment, string sha, Func<Deployment, bool> isSo) => TestServer.UntilAsync(async () =>
        (await Server.Store.Deployments.ListAsync(new Engine.Storage.DeploymentFilter("shop", environment), default)).FirstOrDefault(d => d.Commit == sha && isSo(d)));

    public async Task<EnvironmentKey[]> EnvironmentsAsync() =>
        [.. (await Server.GetAsync<ApplicationList>("ada", "/api/v1/applications")).Applications.Where(a => a.Name == "shop").SelectMany(a => a.Environments).Select(e => new EnvironmentKey(e.Application, e.Name))];

    public async Task<Pull> OpenAsync(string head, string login = "dev")
    {
        await CallAsync(login, HttpMethod.Post, "pulls", new JsonObject { ["title"] = "T", ["head"] = head, ["base"] = "main" });
        lock (GitHub.World.Gate) return Web.Pulls[^1];
    }

    public Task CloseAsync(Pull pull) => CallAsync("dev", HttpMethod.Patch, $"pulls/{pull.Number}", new JsonObject { ["state"] = "closed" });

    /// <summary>Comments a second after whatever was there before, which was told by then.</summary>
    public async Task SayAsync(Pull pull, string text)
    {
        await GitHub.SettledAsync();
        GitHub.World.Time.Advance(TimeSpan.FromSeconds(2));
        await CallAsync("dev", HttpMethod.Post, $"issues/{pull.Number}/comments", new JsonObject { ["body"] = text });
    }

    public Task<string> UntilSaidAsync(Pull pull, string words) => TestServer.UntilAsync(() =>
    {
        lock (GitHub.World.Gate) return Task.FromResult(pull.Issue.Comments.Select(comment => comment.Body).FirstOrDefault(body => body.Contains(words, StringComparison.Ordinal)));
    });

    /// <summary>Until the newest statuses of GitHub's deployments to an environment are so.</summary>
    public Task<string> UntilStatesAsync(string environment, Func<IReadOnlyList<string>, bool> isSo) => TestServer.UntilAsync(() =>
    {
        lock (GitHub.World.Gate)
        {
            string[] states = [.. Web.Deployments.All.Where(deployment => deployment.Environment == environment).Select(deployment => deployment.Statuses.LastOrDefault()?.State ?? "none")];
            return Task.FromResult(isSo(states) ? string.Join(' ', states) : null);
        }
    });

    private async Task CallAsync(string login, HttpMethod method, string path, JsonObject body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, Web.Api(path))
        {
            Content = JsonContent.Create(body),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", GitHub.World.Accounts.User(login).Token), UserAgent = { new ProductInfoHeaderValue("test", "1") } },
        };
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    public ValueTask DisposeAsync() => GitHub.DisposeAsync();
}
