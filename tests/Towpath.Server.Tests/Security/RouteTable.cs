using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authorization;
using Towpath.Server.Security;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Security;

/// <summary>One route as the running server has it, with a valid way to ask for it about the application <c>web</c>.</summary>
public sealed record Route(string Method, string Pattern, RoutePermission? Needs)
{
    /// <summary>About one application, so that rights are asked for that one.</summary>
    public bool IsAboutWeb => Pattern.Contains('{', StringComparison.Ordinal) && !Pattern.Contains("/tokens/", StringComparison.Ordinal) || Pattern is "/api/v1/builds" or "/api/v1/promotions" or "/api/v1/rollbacks";

    public string Path(string deployment, string token) => Pattern
        .Replace("{application}", "web", StringComparison.Ordinal).Replace("{environment}", "free", StringComparison.Ordinal)
        .Replace("{documentName}", "v1", StringComparison.Ordinal).Replace("{guid}", "72d3162e-cc78-11e3-81ab-4c9367dc0958", StringComparison.Ordinal)
        .Replace("{id}", Pattern.Contains("/tokens/", StringComparison.Ordinal) ? token : deployment, StringComparison.Ordinal);

    public HttpContent? Body() => Pattern switch
    {
        "/api/v1/builds" => JsonContent.Create(new { application = "web", commit = TestServer.Commit1 }),
        "/api/v1/promotions" => JsonContent.Create(new { application = "web", environment = "staging" }),
        "/api/v1/rollbacks" => JsonContent.Create(new { application = "web", environment = "free" }),
        "/api/v1/tokens" when Method == "POST" => JsonContent.Create(new { user = "vera", name = "made by the table" }),
        _ when Pattern.EndsWith("/pin", StringComparison.Ordinal) && Method == "PUT" => JsonContent.Create(new { version = "sha-1111111", reason = "the table" }),
        _ when Method == "PUT" => JsonContent.Create(new { reason = "the table" }),
        "/login" when Method == "POST" => new FormUrlEncodedContent([]),
        "/applications/{application}/lock" => new FormUrlEncodedContent([new("reason", "the table"), new("environment", "free")]),
        _ => null,
    };

    public static IReadOnlyList<Route> Of(RunningServer server) =>
    [
        .. server.Routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().SelectMany(endpoint =>
            (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => new Route(
                method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'),
                endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null ? endpoint.Metadata.GetMetadata<RoutePermission>()! : null))),
    ];
}

/// <summary>What is expected of one kind of caller.</summary>
public sealed record Credential(string Name, Func<TestServer, Task<string?>> Bearer, bool IsNobody, params Permission[] Permissions)
{
    /// <summary>Whether the permissions hold for the application <c>web</c>, too.</summary>
    public bool ForWeb { get; init; } = true;

    public bool May(Route route) => route.Needs is not { Permission: { } permission } || (Permissions.Contains(permission) && (ForWeb || !route.IsAboutWeb));

    public static IReadOnlyList<Credential> All { get; } =
    [
        new("anonymous", _ => Task.FromResult<string?>(null), true),
        new("garbage", _ => Task.FromResult<string?>("twp_" + new string('A', 43)), true),
        new("expired", async s => await s.TokenAsync("ada", expires: TimeSpan.FromMinutes(-1)), true),
        new("revoked", async s => await s.TokenAsync("ada", revoked: true), true),
        new("viewer", async s => await s.TokenAsync("vera"), false, Permission.Read),
        new("developer", async s => await s.TokenAsync("dev"), false, Permission.Read, Permission.ReportBuild, Permission.Deploy),
        new("staff", async s => await s.TokenAsync("sam"), false, Permission.Read, Permission.Approve),
        new("other's approver", async s => await s.TokenAsync("otto"), false, Permission.Read, Permission.Approve) { ForWeb = false },
        new("administrator", async s => await s.TokenAsync("ada"), false, Enum.GetValues<Permission>()),
        new("read-only token", async s => await s.TokenAsync("ada", "read"), false, Permission.Read),
        new("token of another application", async s => await s.TokenAsync("dev", application: "other"), false, Permission.Read, Permission.ReportBuild, Permission.Deploy) { ForWeb = false },
        new("nobody in the organization", async s => await s.TokenAsync("stranger"), false),
    ];

    public async Task<HttpRequestMessage> RequestAsync(TestServer server, Route route, string deployment, string token)
    {
        var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path(deployment, token)) { Content = route.Body() };
        if (await Bearer(server) is { } secret) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return request;
    }
}
