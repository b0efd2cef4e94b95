using System.Net;
using System.Text.RegularExpressions;

namespace Towpath.Cli.Demo;

/// <summary>Asks an environment over HTTP what it serves: what the control plane believes proves nothing.</summary>
internal sealed partial class Visitor(DemoFolder folder) : IDisposable
{
    public const string Nothing = "nothing yet";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public async Task<string> AskAsync(string environment, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(folder.UrlOf(environment), cancellationToken);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable) return Nothing;
            var page = await response.Content.ReadAsStringAsync(cancellationToken);
            return Edition().Match(page) is { Success: true } match ? match.Groups["edition"].Value : $"a page without an edition (status {(int)response.StatusCode})";
        }
        catch (HttpRequestException exception)
        {
            return $"no answer: {exception.Message}";
        }
    }

    public async Task<HttpStatusCode> StatusOfAsync(string environment, string page, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(folder.UrlOf(environment), page), cancellationToken);
        return response.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<p class=\"edition\">(?<edition>[^<]*)</p>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Edition();
}
