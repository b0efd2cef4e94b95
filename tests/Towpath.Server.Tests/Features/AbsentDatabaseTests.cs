using System.Net;
using System.Net.Http.Headers;
using Towpath.Core.Deployments;
using Towpath.Engine.Tests.Storage;
using Towpath.Server.Api;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

/// <summary>PostgreSQL is really stopped, and later started again: the server stays, says so, and works again by itself.</summary>
public sealed class AbsentDatabaseTests
{
    [Fact]
    [Trait("Row", "T3")]
    public async Task Server_answers_503_without_its_database_and_works_again_with_it()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var server = await TestServer.StartAsync(cluster.ConnectionString);
        await server.BuildAsync();
        await server.UntilAsync((await server.PromoteAsync("free")).Id, Phase.Succeeded);
        var waiting = await server.PromoteAsync("staging");
        await server.TokenAsync("sam");
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/readyz")).StatusCode);

        await cluster.StopAsync();
        using var notReady = await server.Http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        Assert.StartsWith("database: ", await notReady.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/healthz")).StatusCode);
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Get, "/api/v1/board"), (HttpMethod.Post, $"/api/v1/deployments/{waiting.Id}/approve"), (HttpMethod.Get, "/api/v1/events")])
            await AssertUnavailableAsync(server, method, path);
        using var page = await PageAsync(server);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("The database is not available", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.ConnectionString.Split("Password=")[1].Split(';')[0], server.Log.All, StringComparison.Ordinal);

        await cluster.StartAgainAsync();
        await TestServer.UntilAsync(async () => (await server.Http.GetAsync("/readyz")).StatusCode == HttpStatusCode.OK ? "" : null);
        Assert.Empty((await server.GetAsync<DeploymentView>("sam", $"/api/v1/deployments/{waiting.Id}")).Approvals);
        Assert.Equal("staff", Assert.Single((await server.PostAsync<DeploymentView>("sam", $"/api/v1/deployments/{waiting.Id}/approve")).Approvals).Role);
        await server.BuildAsync(TestServer.Commit2, "two", branch: "main");
        await server.UntilSucceededAsync("dev");
    }

    private static async Task AssertUnavailableAsync(TestServer server, HttpMethod method, string path)
    {
        using var answer = await server.SendAsync("sam", method, path);
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
        Assert.Equal("store_unavailable", (await TestServer.ReadAsync<Problem>(answer, HttpStatusCode.ServiceUnavailable)).Code);
    }

    private static async Task<HttpResponseMessage> PageAsync(TestServer server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await server.TokenAsync("sam"));
        request.Headers.Accept.ParseAdd("text/html");
        return await server.Http.SendAsync(request);
    }
}
