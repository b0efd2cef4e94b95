using System.Net;
using System.Net.Http.Headers;
using Towpath.Core;
using Towpath.Core.Calling;
using Towpath.Oci.Authentication;
using Towpath.Oci.References;

namespace Towpath.Oci.Calling;

/// <summary>
/// Calls registries: within the host's limit, with what proves who asks, through redirects, again where that may help. What proves who
/// asks goes to the registry and to nobody else.
/// </summary>
internal sealed class RegistryCaller(
    OciHttp http, RegistryHosts hosts, Authorizer authorizer, HostThrottle throttle, RegistryRetry retry, OciOptions options, TimeProvider time)
{
    private const int MostRedirects = 5;

    // What was known may have ended, and the first login that is found may be an old one.
    private const int MostAnswers = 2;

    /// <summary>Calls, and reads the answer inside of the same attempt.</summary>
    /// <exception cref="RegistryException">The registry says no, answers nonsense, or does not answer.</exception>
    public Task<T> CallAsync<T>(RegistryRequest request, Func<HttpResponseMessage, Deadline, Task<T>> read, CancellationToken cancellationToken) =>
        retry.RunAsync(token => CallOnceAsync(request, read, token), cancellationToken);

    private async Task<T> CallOnceAsync<T>(RegistryRequest request, Func<HttpResponseMessage, Deadline, Task<T>> read, CancellationToken cancellationToken)
    {
        using var slot = await throttle.EnterAsync(request.Registry, cancellationToken);
        using var deadline = new Deadline(options.AnswerWithin, time, cancellationToken);
        try
        {
            using var response = await SendAsync(request, deadline);
            if (!response.IsSuccessStatusCode && !request.Answers.Contains((int)response.StatusCode))
                throw await RegistryErrors.ReadAsync(request, response, authorizer.Hint(request.Registry), time, deadline.Token);
            return await read(response, deadline);
        }
        catch (BodyTooLargeException exception)
        {
            throw Nonsense(request, $"the answer is larger than allowed: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException and not RegistryException || deadline.IsOver(exception))
        {
            throw Unreachable(request, exception);
        }
    }

    public static RegistryException Nonsense(RegistryRequest request, string what, Exception? inner = null) =>
        new(new RegistryFailure(request.Registry, request.Action, 0, "bad_answer", what), inner);

    private async Task<HttpResponseMessage> SendAsync(RegistryRequest request, Deadline deadline)
    {
        var sent = authorizer.Known(request);
        for (var answers = 0; ; answers++)
        {
            var response = await FollowAsync(request, sent, deadline);
            if (answers == MostAnswers || !IsChallenge(request, response) || Challenge.Of(response.Headers.WwwAuthenticate) is not { } challenge) return response;
            if (await authorizer.AnswerAsync(request, challenge, sent, deadline.Token) is not { } header) return response;
            response.Dispose();
            sent = header;
        }
    }

    /// <summary>Only the registry itself may ask who is there; not a place that it sent the request on to.</summary>
    private bool IsChallenge(RegistryRequest request, HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.Unauthorized && IsRegistry(request, response.RequestMessage!.RequestUri!);

    private async Task<HttpResponseMessage> FollowAsync(RegistryRequest request, AuthenticationHeaderValue? authorization, Deadline deadline)
    {
        var address = AddressOf(request);
        for (var redirects = 0; ; redirects++)
        {
            var response = await http.SendAsync(MessageOf(request, address, IsRegistry(request, address) ? authorization : null), deadline.Token);
            if (!IsRedirect(response) || request.Writes) return response;
            using (response)
            {
                var next = response.Headers.Location is { } location ? new Uri(address, location) : null;
                if (redirects == MostRedirects) throw Nonsense(request, $"sent on more than {MostRedirects} times");
                if (next is null || !hosts.MayLeadTo(request.Registry, next)) throw LedAstray(request);
                address = next;
            }
        }
    }

    private Uri AddressOf(RegistryRequest request)
    {
        var root = hosts.Root(request.Registry);
        var address = new Uri(root, request.Address);
        return IsRegistry(request, address) || hosts.MayLeadTo(request.Registry, address)
            ? address
            : throw LedAstray(request);
    }

    private static RegistryException LedAstray(RegistryRequest request) => Nonsense(request, "sent on to an address that is not https, or to this machine");

    private bool IsRegistry(RegistryRequest request, Uri address) =>
        string.Equals(address.GetLeftPart(UriPartial.Authority), hosts.Root(request.Registry).GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);

    private static bool IsRedirect(HttpResponseMessage response) => (int)response.StatusCode is 301 or 302 or 303 or 307 or 308;

    private static HttpRequestMessage MessageOf(RegistryRequest request, Uri address, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(request.Method, address) { Content = request.Content?.Invoke() };
        message.Headers.Authorization = authorization;
        message.Headers.UserAgent.ParseAdd("towpath");
        foreach (var type in request.Accept) message.Headers.Accept.ParseAdd(type);
        return message;
    }

    private static RegistryException Unreachable(RegistryRequest request, Exception exception)
    {
        var what = exception is OperationCanceledException ? "no answer in time" : PlainText.Of(exception.Message, 200);
        return new RegistryException(new RegistryFailure(request.Registry, request.Action, 0, "unreachable", what) { IsTransient = true }, exception);
    }
}
