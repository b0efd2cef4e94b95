using System.Net.Http.Headers;
using System.Text.Json;
using Towpath.Cli.Output;

namespace Towpath.Cli.Client;

/// <summary>What a job of GitHub Actions can show instead of an API token: a token of its own that GitHub signs, for the control plane and a few minutes.</summary>
/// <param name="variable">Reads an environment variable.</param>
internal sealed class WorkflowIdentity(Func<string, string?> variable)
{
    private const string Address = "ACTIONS_ID_TOKEN_REQUEST_URL";
    private const string Bearer = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
    private const int LongestAnswer = 64 * 1024;
    private const string Permission = "give the job `permissions: { id-token: write, contents: read }`, or set TOWPATH_TOKEN";

    public static WorkflowIdentity Ours { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>Whether this is a job of GitHub Actions, or something that answers like one.</summary>
    public bool IsJob => Text(Address) is not null || string.Equals(Text("GITHUB_ACTIONS"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The address of the control plane as tokens name it: without a slash at the end.</summary>
    public static string AudienceOf(Uri url) => url.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>A token for an audience. Asks the runner, and no other host.</summary>
    public async Task<Answer<string>> AskAsync(string audience, CancellationToken cancellationToken)
    {
        if (Text(Address) is not { } text || Text(Bearer) is not { } bearer)
            return Failed(ExitCodes.NotAllowed, "no_id_token", "this job of GitHub Actions may not ask for a token of its own", Permission);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            return Failed(ExitCodes.Wrong, "bad_id_token_url", $"{Address} is no https URL", "leave it as GitHub Actions set it");
        try
        {
            return await AskAsync(new Uri($"{address}{(address.Query.Length == 0 ? "?" : "&")}audience={Uri.EscapeDataString(audience)}"), bearer, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Failed(ExitCodes.Technical, "id_token_unavailable", $"the runner gives this job no token: {(exception is HttpRequestException http ? http.Message : "its answer cannot be read")}", "run the job again");
        }
    }

    private static async Task<Answer<string>> AskAsync(Uri address, string bearer, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            Timeout = TimeSpan.FromSeconds(30), MaxResponseContentBufferSize = LongestAnswer,
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", bearer) } };
        using var response = await http.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode is 401 or 403) return Failed(ExitCodes.NotAllowed, "no_id_token", $"the runner refuses this job a token (HTTP {(int)response.StatusCode})", Permission);
        if (!response.IsSuccessStatusCode) return Failed(ExitCodes.Technical, "id_token_unavailable", $"the runner gives this job no token (HTTP {(int)response.StatusCode})", "run the job again");
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String
            ? new Answer<string>(value.GetString(), null)
            : throw new JsonException("no value");
    }

    private string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;

    private static Answer<string> Failed(int exitCode, string code, string message, string whatToDo) => new(null, new Failure(exitCode, code, message, whatToDo));
}
