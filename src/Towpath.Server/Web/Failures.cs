using System.Text.Json;
using Towpath.Engine.Storage;
using Towpath.Server.Api;

namespace Towpath.Server.Web;

/// <summary>The one place where exceptions become answers: bodies that cannot be read, a store that does not answer, and bugs.</summary>
public sealed partial class Failures(RequestDelegate next, ILogger<Failures> logger)
{
    private const int RetryAfter = 5;

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
            // Statuses that the framework sets by itself, such as those of unknown paths and of bodies that are too large.
            if (Limits.IsBare(http.Response)) await Replies.WriteAsync(http, Bare(http.Response.StatusCode));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone; nobody reads an answer.
        }
#pragma warning disable CA1031 // The boundary to the network: nothing may escape without an answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (http.Response.HasStarted) throw;
            await AnswerAsync(http, exception);
        }
    }

    private Task AnswerAsync(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException bad:
                return Replies.WriteAsync(http, Of(bad));
            case StoreUnavailableException:
                Log.StoreUnavailable(logger, exception, http.Request.Method, PlainLines.Of(http.Request.Path));
                return Replies.WriteAsync(http, Unavailable, RetryAfter);
            default:
                Log.Bug(logger, exception, http.Request.Method, PlainLines.Of(http.Request.Path));
                return Replies.WriteAsync(http, Bug);
        }
    }

    private static Problem Bare(int status) => status switch
    {
        StatusCodes.Status404NotFound => new() { Title = "Not found", Status = status, Code = "not_found", Detail = "There is nothing at this address. /openapi/v1.json lists what the API has." },
        StatusCodes.Status405MethodNotAllowed => Wrong(status, "method_not_allowed", "This address knows other methods; /openapi/v1.json lists them."),
        StatusCodes.Status413PayloadTooLarge => Wrong(status, "too_large", $"A request body may have at most {Limits.MaximumBody} bytes."),
        StatusCodes.Status504GatewayTimeout => new() { Title = "It takes too long", Status = status, Code = "timeout", Detail = "Nothing was answered in time. Look whether it happened, then try again." },
        _ => Wrong(status, "refused", "The server refused this request."),
    };

    private static Problem Unavailable => new()
    {
        Title = "The database is not available", Status = StatusCodes.Status503ServiceUnavailable, Code = "store_unavailable",
        Detail = "Nothing was changed. Try again in a few seconds; the server's log says what is wrong with the database.",
    };

    private static Problem Bug => new()
    {
        Title = "Something went wrong here", Status = StatusCodes.Status500InternalServerError, Code = "internal",
        Detail = "This is a fault of the server; its log has the details. Trying again may help.",
    };

    private static Problem Of(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => Wrong(bad.StatusCode, "too_large", $"A request body may have at most {Limits.MaximumBody} bytes."),
        StatusCodes.Status415UnsupportedMediaType => Wrong(bad.StatusCode, "not_json", "Send the body as application/json."),
        _ when bad.Message.Contains("no body was provided", StringComparison.Ordinal) => Wrong(bad.StatusCode, "bad_request", "This needs a body of JSON, and there was none."),
        _ when bad.InnerException is JsonException json => Wrong(StatusCodes.Status400BadRequest, "bad_json", JsonWords.Of(json)),
        var status => Wrong(status, "bad_request", PlainLines.Of(bad.Message)),
    };

    private static Problem Wrong(int status, string code, string detail) =>
        new() { Title = "The request is wrong", Status = status, Code = code, Detail = detail };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path}: the database is not available")]
        public static partial void StoreUnavailable(ILogger logger, Exception exception, string method, string path);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void Bug(ILogger logger, Exception exception, string method, string path);
    }
}
