using System.Net;
using System.Net.Http.Headers;
using Towpath.Core;
using Towpath.Core.Calling;
using Towpath.GitHub.Calling.Limits;

namespace Towpath.GitHub.Calling;

/// <summary>Sends calls with a given token: in their turn, with what is known from before, through redirects inside of the API, again where that may help.</summary>
public sealed class GitHubSender(GitHubHttp http, RateLimits limits, GitHubOptions options, TimeProvider time)
{
    public const int Attempts = 3;

    private const int MostRedirects = 3;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private readonly GitHubAddresses _addresses = new(options.Host);
    private readonly EtagCache _cache = new(options.CacheBytes);

    /// <exception cref="GitHubException">GitHub said no, answered nonsense, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">It would have to wait too long for its limit.</exception>
    public async Task<GitHubReply> SendAsync(GitHubRequest request, AuthenticationHeaderValue? token, CancellationToken cancellationToken)
    {
        // People come one by one, each with an allowance at GitHub of their own: nobody's may stand for another's.
        using var own = request.Caller is GitHubCaller.User ? limits.Apart(request.Caller) : null;
        var limit = own ?? limits.Of(request.Caller);
        var redirects = 0;
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await AttemptAsync(request, token, limit, cancellationToken);
            if (outcome.Reply is { } reply) return reply;
            if (outcome.Moved is { } path)
            {
                if (redirects++ == MostRedirects) throw new GitHubException(outcome.Failure!);
                (request, attempt) = (request with { Path = path }, attempt - 1);
                continue;
            }

            if (attempt >= Attempts && outcome.IsLimited) throw limit.Refuse(request);
            if (attempt >= Attempts || !MayHelp(request, outcome)) throw new GitHubException(outcome.Failure!, outcome.Inner);
            // Before a limit it is the limit that says how long to wait.
            if (!outcome.IsLimited) await Task.Delay(BackOff(attempt, outcome.RetryAfter), time, cancellationToken);
        }
    }

    private bool MayHelp(GitHubRequest request, Outcome outcome) =>
        outcome.IsLimited || (!(outcome.RetryAfter > options.LongestWait) && outcome.IsTransient && (request.IsRepeatable || outcome.WasNotSent));

    private TimeSpan BackOff(int attempt, TimeSpan? told)
    {
        var own = First * Math.Pow(2, attempt - 1) * (0.5 + options.Jitter() / 2);
        return told > own ? told.Value : own;
    }

    private async Task<Outcome> AttemptAsync(GitHubRequest request, AuthenticationHeaderValue? token, AccountLimit limit, CancellationToken cancellationToken)
    {
        var number = await limit.EnterAsync(request, cancellationToken);
        try
        {
            return await ExchangeAsync(request, token, limit, number, cancellationToken);
        }
        finally
        {
            limit.Leave();
        }
    }

    private async Task<Outcome> ExchangeAsync(GitHubRequest request, AuthenticationHeaderValue? token, AccountLimit limit, long number, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.AnswerWithin, time, cancellationToken);
        try
        {
            var known = IsKept(request) ? _cache.Find(request) : null;
            var address = _addresses.Of(request);
            using var message = MessageOf(request, address, token, known?.Etag);
            using var response = await http.SendAsync(message, deadline.Token);
            limit.Learn(response, number);
            if (response.StatusCode == HttpStatusCode.NotModified && known is { } same) return new Outcome { Reply = same.Reply };
            if (IsRedirect(response)) return Redirect(request, address, response);
            var body = await BoundedBody.ReadAsync(response, options.LongestAnswer, deadline.Token);
            return response.IsSuccessStatusCode ? Keep(request, response, body) : Judge(request, response, body, token, limit);
        }
        catch (BodyTooLargeException e)
        {
            return new Outcome { Failure = new GitHubFailure(request.Action, 0, "bad_answer", $"its answer is larger than allowed: {e.Message}") { MayHaveHappened = !request.IsRepeatable }, Inner = e };
        }
        catch (Exception e) when (e is HttpRequestException or IOException && e is not GitHubException || deadline.IsOver(e))
        {
            return Unreachable(request, e);
        }
    }

    private Outcome Keep(GitHubRequest request, HttpResponseMessage response, byte[] body)
    {
        var reply = new GitHubReply((int)response.StatusCode, body, _addresses.Next(request, response));
        if (IsKept(request) && response.StatusCode == HttpStatusCode.OK && Etag(response) is { } etag) _cache.Keep(request, etag, reply);
        return new Outcome { Reply = reply };
    }

    private Outcome Judge(GitHubRequest request, HttpResponseMessage response, byte[] body, AuthenticationHeaderValue? token, AccountLimit limit)
    {
        var status = (int)response.StatusCode;
        var failure = GitHubErrors.Read(request, status, body, Header(response, "x-github-request-id"), token);
        var told = RetryHeader.Of(response, time);
        if (LimitSigns.IsLimit(status, response, failure, told))
        {
            limit.Pause(told, LimitSigns.IsPrimary(response));
            return new Outcome { Failure = failure, IsLimited = true };
        }

        if (request.Answers.Contains(status)) return new Outcome { Reply = new GitHubReply(status, body, null) { Failure = failure } };
        var isFault = status is 408 or 500 or 502 or 503 or 504;
        return new Outcome { Failure = failure with { MayHaveHappened = isFault && !request.IsRepeatable }, IsTransient = isFault, RetryAfter = told };
    }

    private Outcome Redirect(GitHubRequest request, Uri address, HttpResponseMessage response)
    {
        var failure = new GitHubFailure(request.Action, (int)response.StatusCode, "led_astray", "it is sent on and on");
        // 301 and 302 turn other methods into reads at some clients: those are not followed.
        var mayFollow = request.Method == HttpMethod.Get || (int)response.StatusCode is 307 or 308;
        return mayFollow
            ? new Outcome { Moved = _addresses.Redirected(request, address, response.Headers.Location), Failure = failure }
            : new Outcome { Failure = failure with { Message = "it is sent on elsewhere: the repository may have another name now" } };
    }

    private Outcome Unreachable(GitHubRequest request, Exception exception)
    {
        var wasNotSent = exception is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError };
        var what = exception is OperationCanceledException ? $"no answer within {options.AnswerWithin.TotalSeconds:0} s" : PlainText.Of(exception.Message, 200);
        var failure = new GitHubFailure(request.Action, 0, "unreachable", $"{options.Host.Api.GetLeftPart(UriPartial.Authority)}: {what}") { MayHaveHappened = !wasNotSent && !request.IsRepeatable };
        return new Outcome { Failure = failure, IsTransient = true, WasNotSent = wasNotSent, Inner = exception };
    }

    private static HttpRequestMessage MessageOf(GitHubRequest request, Uri address, AuthenticationHeaderValue? token, string? etag)
    {
        var message = new HttpRequestMessage(request.Method, address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        message.Headers.Authorization = token;
        // Our own words, which nobody needs to read first.
        message.Headers.TryAddWithoutValidation("User-Agent", "towpath");
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.TryAddWithoutValidation("X-GitHub-Api-Version", "2022-11-28");
        if (etag is not null) message.Headers.TryAddWithoutValidation("If-None-Match", etag);
        if (request.Body is { } body) message.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return message;
    }

    /// <summary>What a person may read is read again, with that person's token.</summary>
    private static bool IsKept(GitHubRequest request) => request.Method == HttpMethod.Get && request.Caller is not GitHubCaller.User;

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 307 or 308;

    private static string? Etag(HttpResponseMessage response) => Header(response, "ETag");

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>What came of one attempt.</summary>
    private sealed record Outcome
    {
        public GitHubReply? Reply { get; init; }
        public string? Moved { get; init; }
        public GitHubFailure? Failure { get; init; }
        public Exception? Inner { get; init; }
        public bool IsTransient { get; init; }
        public bool IsLimited { get; init; }
        public bool WasNotSent { get; init; }
        public TimeSpan? RetryAfter { get; init; }
    }
}
