using System.Text;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>
/// The registry's own protocol under <c>/v2/</c>, with the password of GetAuthorizationToken. The host says whose registry it is; at another host it is the one
/// of the password's account in the emulator's region. Source: OCI Distribution Specification 1.1, as far as ECR has it.
/// </summary>
internal sealed class RegistryRoutes(EmulatorWorld world)
{
    public void Map(IEndpointRouteBuilder endpoints) => endpoints.Map("/v2/{**path}", HandleAsync);

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var answer = world.Estate().Look(estate => Answer(estate, http, body.ToArray()));
        http.Response.StatusCode = answer.Status;
        http.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        foreach (var (name, value) in answer.Headers) http.Response.Headers[name] = value;
        http.Response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    private RegistryAnswer Answer(Estate estate, HttpContext http, byte[] body)
    {
        if (AccountOf(http, estate.Timeline.Now) is not { } account)
            return RegistryAnswer.Error(401, "UNAUTHORIZED", "authentication required") with { Headers = [("WWW-Authenticate", $"Basic realm=\"http://{http.Request.Host}/\",service=\"ecr.amazonaws.com\"")] };
        var path = http.Request.Path.Value!["/v2/".Length..].TrimEnd('/');
        if (path.Length == 0) return RegistryAnswer.Empty(200);
        var request = RegistryRequest.Read(http.Request, path, body);
        if (request is null) return RegistryAnswer.Error(404, "UNSUPPORTED", "The operation is unsupported.");
        var host = http.Request.Host.Host.Split('.');
        var region = host is [var owner, "dkr", "ecr", var name, ..] ? estate.In(owner, name) : estate.In(account, world.Options.Region);
        return region.Ecr.Find(request.Repository) is { } repository
            ? request.On(repository)
            : RegistryAnswer.Error(404, "NAME_UNKNOWN", $"The repository with name '{request.Repository}' does not exist in the registry with id '{region.Account}'");
    }

    private static string? AccountOf(HttpContext http, DateTimeOffset now)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header["Basic ".Length..], decoded, out var length)) return null;
        return Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is ["AWS", var password] ? RegistryToken.AccountOf(password, now) : null;
    }
}

/// <summary>An answer of the registry.</summary>
internal sealed record RegistryAnswer(int Status, ReadOnlyMemory<byte> Body, params (string Name, string Value)[] Headers)
{
    public static RegistryAnswer Empty(int status, params (string, string)[] headers) => new(status, ReadOnlyMemory<byte>.Empty, headers);

    public static RegistryAnswer Error(int status, string code, string message) => new(
        status, Encoding.UTF8.GetBytes(new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }) }.ToJsonString()),
        ("Content-Type", "application/json"));
}
