using System.Globalization;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;

namespace Towpath.Aws.S3;

/// <summary>
/// Sends one call to S3 and tries again where that may help. Not through <see cref="AwsCaller"/>: bodies stream, and S3 has no limit per account
/// to wait for, but says when it is too much.
/// </summary>
internal sealed class S3Sender(HttpMessageInvoker http, AwsEndpoints endpoints, IAwsCredentials credentials, TimeProvider time)
{
    private const int LongestError = 1 << 16;
    private const double SlowestBytesPerSecond = 64 * 1024;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(60);

    /// <returns>A successful answer, whose body was read unless the request streams.</returns>
    /// <exception cref="AwsException">S3 said no, or could not be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(S3Bucket bucket, S3Request request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (response, failure, inner) = await TryAsync(bucket, request, cancellationToken);
            if (response is not null) return response;
            var exception = new AwsException(failure!, inner);
            if (exception.IsExpired && attempt < AwsRetry.Attempts && credentials.Forget(bucket.Scope)) continue;
            if (attempt >= AwsRetry.Attempts || !AwsRetry.MayHelp(failure!) || (request.TellsThrottling && exception.IsThrottled)) throw exception;
            await Task.Delay(AwsRetry.BackOff(attempt, Jitter(), failure!.RetryAfter), time, cancellationToken);
        }
    }

    private async Task<(HttpResponseMessage? Response, AwsFailure? Failure, Exception? Inner)> TryAsync(S3Bucket bucket, S3Request request, CancellationToken cancellationToken)
    {
        var keys = await credentials.GetAsync(bucket.Scope, cancellationToken);
        var address = S3Address.Of(endpoints, bucket, request.Key);
        var within = AnswerWithin + TimeSpan.FromSeconds((request.Body?.Length ?? 0) / SlowestBytesPerSecond);
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        HttpResponseMessage? answer = null;
        try
        {
            using var message = S3Signature.Sign(request, address, bucket.Scope.Region, keys, time.GetUtcNow());
            answer = await http.SendAsync(message, either.Token);
            if (answer.IsSuccessStatusCode)
            {
                if (!request.Streams) await answer.Content.LoadIntoBufferAsync(either.Token);
                var good = answer;
                answer = null;
                return (good, null, null);
            }

            return (null, await FailureAsync(request, answer, either.Token), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, Unreachable(request, address, e.Message), e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, Unreachable(request, address, $"no answer within {within.TotalSeconds:0} s"), e);
        }
        finally
        {
            answer?.Dispose();
        }
    }

    private static async Task<AwsFailure> FailureAsync(S3Request request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await answer.Content.LoadIntoBufferAsync(LongestError, cancellationToken);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in answer.Headers) headers[name] = string.Join(", ", values);
        var named = new AwsRequest { Service = AwsService.S3, Operation = request.Operation };
        var failure = AwsErrors.Read(named, new AwsResponse((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellationToken), headers));
        return failure with { RetryAfter = Told(headers) };
    }

    private static TimeSpan? Told(Dictionary<string, string> headers) =>
        headers.TryGetValue("Retry-After", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    private static AwsFailure Unreachable(S3Request request, S3Address address, string message) => new("s3", request.Operation, 0, "Unreachable", $"{address.Host}: {message}");

#pragma warning disable CA5394 // Spreads retries; nothing is secret about it.
    private static double Jitter() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
