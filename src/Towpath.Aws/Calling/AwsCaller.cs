using System.Globalization;
using Towpath.Aws.Credentials;
using Towpath.Aws.Limits;

namespace Towpath.Aws.Calling;

/// <summary>Makes one call: waits for its limit, signs, sends, and tries again where that may help.</summary>
public sealed class AwsCaller(HttpMessageInvoker http, AwsEndpoints endpoints, IAwsCredentials credentials, ApiLimits limits, TimeProvider time)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(60);

    /// <exception cref="AwsException">AWS said no, or could not be reached.</exception>
    /// <exception cref="RateLimitedException">The call would wait long for its limit, and the scope has a ticket to come back with.</exception>
    /// <exception cref="AwsConfigurationException">No credentials or endpoint.</exception>
    public async Task<AwsResponse> SendAsync(AwsScope scope, AwsRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await limits.TakeAsync(scope, request, cancellationToken);
            var (response, failure, inner) = await TryAsync(scope, request, cancellationToken);
            if (response is not null) return response;
            var exception = new AwsException(failure!, inner);
            if (exception.IsThrottled) limits.Drain(scope, request);
            // A session that AWS calls expired is renewed at once, whatever its own clock says.
            if (exception.IsExpired && attempt < AwsRetry.Attempts && credentials.Forget(scope)) continue;
            if (attempt >= AwsRetry.Attempts || !AwsRetry.MayHelp(failure!)) throw exception;
            await Task.Delay(AwsRetry.BackOff(attempt, Jitter(), failure!.RetryAfter), time, cancellationToken);
        }
    }

    private async Task<(AwsResponse? Response, AwsFailure? Failure, Exception? Inner)> TryAsync(AwsScope scope, AwsRequest request, CancellationToken cancellationToken)
    {
        var keys = await credentials.GetAsync(scope, cancellationToken);
        using var limit = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var region = AwsEndpoints.SigningRegion(request.Service, scope.Region);
            using var message = AwsSignature.Sign(request, endpoints.Of(request.Service, scope.Region), region, keys, time.GetUtcNow());
            using var answer = await http.SendAsync(message, either.Token);
            var response = new AwsResponse((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(either.Token), HeadersOf(answer));
            return answer.IsSuccessStatusCode ? (response, null, null) : (null, AwsErrors.Read(request, response) with { RetryAfter = Told(answer) }, null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, Unreachable(request, scope, e.Message), e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, Unreachable(request, scope, $"no answer within {AnswerWithin.TotalSeconds:0} s"), e);
        }
    }

    private AwsFailure Unreachable(AwsRequest request, AwsScope scope, string message) => new(
        request.Service.SigningName, request.Operation, 0, "Unreachable", $"{endpoints.Of(request.Service, scope.Region).GetLeftPart(UriPartial.Authority)}: {message}");

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage answer)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers)) headers[name] = string.Join(", ", values);
        return headers;
    }

    private static TimeSpan? Told(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Retry-After", out var values) && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

#pragma warning disable CA5394 // Spreads retries; nothing is secret about it.
    private static double Jitter() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
