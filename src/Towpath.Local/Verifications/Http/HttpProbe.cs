using System.Net;
using System.Text;
using Towpath.Core;

namespace Towpath.Local.Verifications.Http;

/// <summary>Asks once and compares. Answers are read up to a bound and shown only as plain text.</summary>
internal sealed class HttpProbe(HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    private const int MaximumBody = 1 << 20;
    private const int MaximumRedirects = 5;
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker _client = new(handler, disposeHandler: true);

    /// <param name="expectation">What is asked, and what must come back.</param>
    /// <param name="headers">With references looked up. Their values are never shown.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<ProbeAnswer> AskAsync(HttpExpectation expectation, IReadOnlyDictionary<string, string> headers, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await FollowAsync(expectation, headers, either.Token);
        }
        catch (Exception e) when (Refusal(e) is { } refusal)
        {
            return new ProbeAnswer.Refused(refusal.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return new ProbeAnswer.Other($"no answer ({PlainText.Of(Hide((e.InnerException ?? e).Message, headers), 200)})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeAnswer.Other($"no answer within {RequestLimit.TotalSeconds:0} s");
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Redirects are followed on the same host only; any other is an answer like any other.</summary>
    private async Task<ProbeAnswer> FollowAsync(HttpExpectation expectation, IReadOnlyDictionary<string, string> headers, CancellationToken cancellationToken)
    {
        var url = new Uri(expectation.Url);
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.TryAddWithoutValidation("User-Agent", "towpath");
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            using var response = await _client.SendAsync(request, cancellationToken);
            if (redirects == MaximumRedirects || Next(expectation, url, response) is not { } next) return await CompareAsync(expectation, headers, response, cancellationToken);
            url = next;
        }
    }

    private static Uri? Next(HttpExpectation expectation, Uri url, HttpResponseMessage response)
    {
        if ((int)response.StatusCode == expectation.Status) return null;
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)) return null;
        if (response.Headers.Location is not { } location) return null;
        var next = new Uri(url, location);
        return Uri.Compare(url, next, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0 ? next : null;
    }

    private static async Task<ProbeAnswer> CompareAsync(
        HttpExpectation expectation, IReadOnlyDictionary<string, string> headers, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await ReadAsync(response, cancellationToken);
        if ((int)response.StatusCode == expectation.Status && (expectation.Body is null || body.Contains(expectation.Body, StringComparison.Ordinal)))
            return new ProbeAnswer.Right();
        var leads = response.Headers.Location is { } location ? $", which leads to '{PlainText.Of(Hide(location.ToString(), headers), 200)}'" : "";
        var shown = PlainText.Of(Hide(body, headers), 200);
        return new ProbeAnswer.Other($"status {(int)response.StatusCode}{leads}, {(shown.Length == 0 ? "an empty body" : $"a body that begins '{shown}'")}");
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaximumBody];
        var length = await stream.ReadAtLeastAsync(buffer, MaximumBody, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>A site may send back what it was sent.</summary>
    private static string Hide(string text, IReadOnlyDictionary<string, string> headers) =>
        headers.Values.Where(value => value.Length > 0).Aggregate(text, (hidden, value) => hidden.Replace(value, "•••", StringComparison.Ordinal));

    private static AddressRefusedException? Refusal(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            if (exception is AddressRefusedException refusal) return refusal;
        return null;
    }
}

internal abstract record ProbeAnswer
{
    public sealed record Right : ProbeAnswer;

    /// <summary>Another answer than expected, or none; the next one may be right.</summary>
    public sealed record Other(string Found) : ProbeAnswer;

    /// <summary>Asking is not allowed.</summary>
    public sealed record Refused(string Reason) : ProbeAnswer;
}
