using System.Net;
using System.Text.Json;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Security;

/// <summary>Every route, as enumerated at run time, asked by every kind of caller.</summary>
public sealed class RouteTableTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] InWords = [", and has ", "has not the scope", "is limited to"];
    private static readonly string[] NotAllowed = ["role_missing", "scope_missing", "token_application"];

    [Fact]
    public async Task Every_route_answers_every_caller_as_its_permission_says()
    {
        await using var server = await TestServer.StartAsync();
        await server.BuildAsync();
        var wrong = new List<string>();
        foreach (var route in Route.Of(server.Running))
            foreach (var credential in Credential.All)
                if (await WrongAsync(server, route, credential) is { } found) wrong.Add($"{route.Method} {route.Pattern} as {credential.Name}: {found}");

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Every_route_of_the_contract_is_there_and_declares_its_permission()
    {
        await using var server = await TestServer.StartAsync();
        var routes = Route.Of(server.Running);

        Assert.All(routes, route => Assert.True(
            route.Needs is not null || route.Pattern is "/healthz" or "/readyz" or "/login" or "/openapi/{documentName}.json" || !route.Pattern.StartsWith("/api", StringComparison.Ordinal), route.Pattern));
        Assert.Equal(40, routes.Count(route => route.Pattern.StartsWith("/api/v1/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("GET", "/api/v1/board/")]
    [InlineData("GET", "/API/V1/BOARD")]
    [InlineData("GET", "/api/v1/%62oard")]
    [InlineData("GET", "/%61pi/v1/board")]
    [InlineData("GET", "/%61%70%69/v1/tokens")]
    [InlineData("GET", "/api//v1/board")]
    [InlineData("GET", "//api/v1/board")]
    [InlineData("GET", "/api/./v1/board")]
    [InlineData("GET", "/healthz/../api/v1/tokens")]
    [InlineData("GET", "/healthz/%2e%2e/api/v1/tokens")]
    [InlineData("GET", "/api/v1/board%2f")]
    [InlineData("GET", "/api/v1%2fboard")]
    [InlineData("GET", "/api/v1/board;x=1")]
    [InlineData("GET", "/api/v1/board%00")]
    [InlineData("GET", "/api/v1/nothing-of-the-kind")]
    [InlineData("DELETE", "/api/v1/board")]
    [InlineData("POST", "/API/v1/Promotions/")]
    [InlineData("HEAD", "/api/v1/tokens")]
    [InlineData("OPTIONS", "/api/v1/tokens")]
    [InlineData("TRACE", "/api/v1/tokens")]
    [InlineData("GET", "/openapi/v1.json/../../api/v1/tokens")]
    public async Task Odd_spelling_of_a_path_lets_nobody_in(string method, string path)
    {
        var server = shared.Server;
        foreach (var header in (string[])["X-Nothing: here", "Authorization: Bearer twp_garbage-garbage-garbage", "Authorization: Basic YWRhOmFkYQ==", "X-Original-URL: /healthz", "X-HTTP-Method-Override: GET"])
            Assert.Contains(await RawHttp.StatusAsync(server.Http.BaseAddress!, method, path, header), (int[])[400, 401, 404, 405]);
    }

    [Fact]
    public async Task Lists_show_only_what_the_caller_may_read()
    {
        await using var server = await TestServer.StartAsync();
        await server.BuildAsync();
        await server.PromoteAsync("free");

        Assert.Equal("other", Assert.Single((await server.GetAsync<BoardView>("otto", "/api/v1/board")).Applications).Name);
        Assert.Equal("other", Assert.Single((await server.GetAsync<ApplicationList>("otto", "/api/v1/applications")).Applications).Name);
        Assert.Empty((await server.GetAsync<DeploymentList>("otto", "/api/v1/deployments")).Deployments);
        Assert.Equal("web", Assert.Single((await server.GetAsync<BoardView>("pat", "/api/v1/board")).Applications).Name);
        Assert.Single((await server.GetAsync<DeploymentList>("pat", "/api/v1/deployments")).Deployments);
        // Whether something exists is not told to who may not read it.
        await server.RefusedAsync("otto", HttpMethod.Get, "/api/v1/applications/web", null, HttpStatusCode.Forbidden, "role_missing");
        await server.RefusedAsync("otto", HttpMethod.Get, "/api/v1/applications/no-such-thing", null, HttpStatusCode.Forbidden, "role_missing");
    }

    [Fact]
    public async Task Unknown_application_is_answered_with_those_that_the_caller_may_read()
    {
        var nowhere = new { application = "wbe", environment = "free" };
        var told = await shared.Server.RefusedAsync("dev", HttpMethod.Post, "/api/v1/promotions", nowhere, HttpStatusCode.NotFound, "no_such_application");
        Assert.Equal("There is no application 'wbe' in the configuration. It has: other, web.", told.Detail);
    }

    /// <summary>Both callers may do such a thing for another application, so that only the use case itself can refuse them.</summary>
    [Theory]
    [InlineData("PUT", "/api/v1/applications/web/environments/free/lock", """{"reason":" "}""")]
    [InlineData("PUT", "/api/v1/applications/web/environments/free/lock", """{"reason":"x","expires_in_seconds":0}""")]
    [InlineData("PUT", "/api/v1/applications/web/environments/nowhere/lock", """{"reason":"x"}""")]
    [InlineData("PUT", "/api/v1/applications/web/environments/free/pin", """{"version":"v1","reason":"x","expires_in_seconds":0}""")]
    [InlineData("POST", "/api/v1/promotions", """{"application":"web","environment":"free","reason":"\u0000"}""")]
    [InlineData("POST", "/api/v1/rollbacks", """{"application":"web","environment":"free","reason":"\u0000"}""")]
    [InlineData("POST", "/api/v1/builds", """{"application":"web","commit":"not one"}""")]
    [InlineData("POST", "/api/v1/deployments/{id}/approve", """{"comment":"\u0000"}""")]
    [InlineData("POST", "/api/v1/deployments/{id}/reject", """{"comment":"\u0000"}""")]
    [InlineData("POST", "/api/v1/deployments/{id}/cancel", """{"reason":"\u0000"}""")]
    [InlineData("GET", "/api/v1/deployments/{id}/log?limit=0", null)]
    [InlineData("GET", "/api/v1/deployments?application=web&limit=0", null)]
    public async Task Who_may_not_is_told_that_and_not_what_is_wrong_with_the_request(string method, string path, string? body)
    {
        var server = shared.Server;
        var reference = server.Folder.Build(TestServer.Commit1, "one");
        await server.SendAsync("dev", HttpMethod.Post, "/api/v1/builds", new { application = "web", commit = TestServer.Commit1, artifacts = new[] { new { reference } } });
        var id = (await server.PromoteAsync("staging")).Id;
        var needsApprover = path.EndsWith("/approve", StringComparison.Ordinal) || path.EndsWith("/reject", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{id}", id, StringComparison.Ordinal));
        request.Headers.Authorization = new("Bearer", needsApprover ? await server.TokenAsync("otto") : await server.TokenAsync("dev", application: "other"));
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await server.Http.SendAsync(request);

        var problem = await TestServer.ReadAsync<Problem>(response, HttpStatusCode.Forbidden);
        Assert.Contains(problem.Code, NotAllowed);
    }

    [Fact]
    public void Route_without_a_declared_permission_keeps_the_server_from_starting()
    {
        var builder = WebApplication.CreateSlimBuilder();
        using var app = builder.Build() as IDisposable;
        var routes = (WebApplication)app!;
        routes.MapGet("/open", () => "ok").AllowAnonymous();
        routes.MapGet("/closed", () => "ok").Needs(Permission.Read);
        RoutePermissions.RequireDeclarations(routes);

        routes.MapGet("/forgotten", () => "ok");

        Assert.Contains("/forgotten", Assert.Throws<InvalidOperationException>(() => RoutePermissions.RequireDeclarations(routes)).Message, StringComparison.Ordinal);
    }

    private static async Task<string?> WrongAsync(TestServer server, Route route, Credential credential)
    {
        var deployment = (await server.PromoteAsync("staging")).Id;
        var spare = await server.PostAsync<NewToken>("ada", "/api/v1/tokens", new { user = "vera", name = "spare" }, HttpStatusCode.Created);
        using var request = await credential.RequestAsync(server, route, deployment, spare.Id);
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var text = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync();
        var code = response.Content.Headers.ContentType?.MediaType == Problem.ContentType ? JsonSerializer.Deserialize(text, ApiJson.Default.Problem)!.Code : null;
        var status = (int)response.StatusCode;
        if (status >= 500) return $"{status} {code}";
        if (route.Needs is null) return status is 403 || code == "unauthenticated" ? $"{status} {code} on an open route" : null;
        if (credential.IsNobody) return status == 401 && code == "unauthenticated" ? null : $"{status} {code} instead of 401";
        // Pages say it in words; a refusal of the use case itself, such as of one's own approval, is another thing.
        var refused = status == 403 && (NotAllowed.Contains(code) || (code is null && InWords.Any(words => text.Contains(words, StringComparison.Ordinal))));
        if (status == 401) return "401";
        return refused == credential.May(route) ? $"{status} {code}, and {(refused ? "it is allowed" : "it is not allowed")}" : null;
    }
}
