using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Towpath.Cli.Output;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>Puts what the control plane refused into words and exit codes.</summary>
internal static class Refusals
{
    public static async Task<Failure> OfAsync(HttpResponseMessage response, Connection connection, CancellationToken cancellationToken)
    {
        var problem = await ReadAsync(response, cancellationToken);
        var message = problem is null ? $"{connection.Url} answered {(int)response.StatusCode} {response.ReasonPhrase}" : problem.Detail ?? problem.Title;
        return new Failure(ExitCodeOf(response.StatusCode), problem?.Code ?? $"http_{(int)response.StatusCode}", message, WhatToDo(response.StatusCode, connection))
        {
            Errors = problem?.Errors,
            Gates = problem?.Gates,
        };
    }

    public static Failure Unreachable(Connection connection, Exception exception)
    {
        var refused = exception is HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };
        return new Failure(
            ExitCodes.Technical, "unreachable",
            refused ? $"nothing answers at {connection.Url} (from {connection.From})" : $"{connection.Url} (from {connection.From}) cannot be reached: {exception.Message}",
            "start the control plane with `towpath up`, or name another with --url or TOWPATH_URL");
    }

    public static Failure NotTowpath(Connection connection, string found) => new(
        ExitCodes.Technical, "unexpected_answer", $"{connection.Url} (from {connection.From}) answered something else than Towpath does: {found}",
        "check the URL, and that both sides are of the same version");

    private static async Task<Problem?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem, cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static int ExitCodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ExitCodes.NotAllowed,
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => ExitCodes.Technical,
        _ => ExitCodes.Wrong,
    };

    private static string? WhatToDo(HttpStatusCode status, Connection connection) => status switch
    {
        HttpStatusCode.Unauthorized when connection.Token is null =>
            "set TOWPATH_TOKEN to an API token; an administrator makes one with `towpath token create`",
        HttpStatusCode.Unauthorized when connection.IsWorkflow =>
            "name the address that the control plane knows as its own with --url, or another audience with --audience (`towpath` always counts)",
        HttpStatusCode.Unauthorized => "the token is unknown, revoked or expired: ask an administrator for another one",
        _ => null,
    };
}
