using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Towpath.Cli.Client;

/// <summary>Speaks to the control plane. Refusals and unreachable servers are answers, not exceptions.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Connection _connection;

    public ApiClient(Connection connection)
    {
        _connection = connection;
        // A token goes to the host that it is for, and nowhere else.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = new Uri(connection.Url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/v1/"),
            Timeout = TimeSpan.FromSeconds(100),
        };
        if (connection.Token is { } token) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Url => _connection.Url;

    public Task<Answer<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(HttpMethod.Get, path, null, type, cancellationToken);

    public Task<Answer<T>> DeleteAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(HttpMethod.Delete, path, null, type, cancellationToken);

    public Task<Answer<T>> PostAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(HttpMethod.Post, path, JsonContent.Create(body, bodyType), type, cancellationToken);

    public Task<Answer<T>> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(HttpMethod.Post, path, null, type, cancellationToken);

    public Task<Answer<T>> PutAsync<TBody, T>(string path, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => SendAsync(HttpMethod.Put, path, JsonContent.Create(body, bodyType), type, cancellationToken);

    /// <summary>An answer whose body is read as it comes.</summary>
    public async Task<Answer<HttpResponseMessage>> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode) return new Answer<HttpResponseMessage>(response, null);
            using (response) return new Answer<HttpResponseMessage>(null, await Refusals.OfAsync(response, _connection, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Answer<HttpResponseMessage>(null, Refusals.Unreachable(_connection, exception));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer<T>> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        var opened = await OpenAsync(request, cancellationToken);
        if (!opened.Is(out var response, out var failure)) return new Answer<T>(null, failure);
        using (response) return await ReadAsync(response, type, cancellationToken);
    }

    private async Task<Answer<T>> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) is { } value
                ? new Answer<T>(value, null)
                : new Answer<T>(null, Refusals.NotTowpath(_connection, "an empty answer"));
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            return new Answer<T>(null, Refusals.NotTowpath(_connection, exception.Message));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Answer<T>(null, Refusals.Unreachable(_connection, exception));
        }
    }
}
