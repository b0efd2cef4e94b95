using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Towpath.Server.Api;
using Towpath.Server.Dashboard.Errors;

namespace Towpath.Server.Web;

/// <summary>Answers of use cases as HTTP.</summary>
public static class Replies
{
    public static IResult ToHttp<T>(this Answer<T> answer, Func<T, string>? location = null)
        where T : class
    {
        if (answer.Refusal is { } refusal) return new ProblemReply(refusal.ToProblem(), refusal.RetryAfter);
        return new JsonReply<T>(answer.Value!, answer.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, answer.IsNew ? location?.Invoke(answer.Value!) : null);
    }

    public static async Task<IResult> ToHttpAsync<T>(this Task<Answer<T>> answer, Func<T, string>? location = null)
        where T : class => (await answer).ToHttp(location);

    public static IResult ToHttp(this Refusal refusal) => new ProblemReply(refusal.ToProblem(), refusal.RetryAfter);

    public static Task WriteAsync(HttpContext http, Problem problem, int? retryAfter = null)
    {
        if (retryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString();
        if (problem.Status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = "Bearer realm=\"towpath\"";
        if (ErrorResult.IsForPeople(http)) return ErrorResult.WriteAsync(http, problem);
        http.Response.StatusCode = problem.Status;
        http.Response.ContentType = Problem.ContentType;
        return JsonSerializer.SerializeAsync(http.Response.Body, problem, ApiJson.Default.Problem, http.RequestAborted);
    }

    private sealed class JsonReply<T>(T value, int status, string? location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (location is not null) httpContext.Response.Headers.Location = location;
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            var type = (JsonTypeInfo<T>)ApiJson.Default.GetTypeInfo(typeof(T))!;
            return JsonSerializer.SerializeAsync(httpContext.Response.Body, value, type, httpContext.RequestAborted);
        }
    }

    private sealed class ProblemReply(Problem problem, int? retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, problem, retryAfter);
    }
}
