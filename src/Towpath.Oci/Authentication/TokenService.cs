using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Calling;
using Towpath.Oci.Calling;
using Towpath.Oci.References;

namespace Towpath.Oci.Authentication;

/// <summary>Gets bearer tokens where a registry's challenge says (distribution token specification, "Requesting a token").</summary>
internal sealed class TokenService(OciHttp http, RegistryHosts hosts, OciOptions options, TimeProvider time)
{
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(60);

    // A token that ends while its request is on the way is as good as none.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <param name="registry">Whose challenge it is, and whose login <paramref name="login"/> is.</param>
    /// <param name="challenge">The challenge.</param>
    /// <param name="scopes">What the token must allow, besides what the challenge says.</param>
    /// <param name="login">Null asks as nobody.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Grant> RequestAsync(
        string registry, Challenge.Bearer challenge, IReadOnlyList<string> scopes, RegistryLogin? login, CancellationToken cancellationToken)
    {
        var realm = RealmOf(registry, challenge.Realm);
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(realm, challenge, scopes));
        if (login is not null && MayHaveLogin(registry, realm)) request.Headers.Authorization = BasicOf(login);
        using var limit = new CancellationTokenSource(options.AnswerWithin, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, both.Token);
            return response.IsSuccessStatusCode
                ? await GrantOfAsync(registry, realm, response, both.Token)
                : throw Failed(registry, realm, response);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var failure = new RegistryFailure(registry, Action(realm), 0, "unreachable", $"no answer from {realm.Authority}") { IsTransient = true };
            throw new RegistryException(failure, exception);
        }
    }

    public static AuthenticationHeaderValue BasicOf(RegistryLogin login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{login.Password}")));

    private Uri RealmOf(string registry, string text) => Uri.TryCreate(text, UriKind.Absolute, out var realm) && hosts.MayLeadTo(registry, realm)
        ? realm
        : throw new RegistryException(new RegistryFailure(
            registry, "getting a token", 0, "bad_realm", $"the registry asks to get tokens at '{PlainText.Of(text, 120)}', which is not an https address"));

    // The registry named the realm over a connection that is its own. Without TLS anybody could have, so then only the registry itself gets the login.
    private bool MayHaveLogin(string registry, Uri realm) =>
        realm.Scheme == Uri.UriSchemeHttps && hosts.Root(registry).Scheme == Uri.UriSchemeHttps
        || string.Equals(realm.GetLeftPart(UriPartial.Authority), hosts.Root(registry).GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);

    private static Uri AddressOf(Uri realm, Challenge.Bearer challenge, IReadOnlyList<string> scopes)
    {
        var query = new List<string>();
        if (realm.Query.Length > 1) query.Add(realm.Query[1..]);
        if (challenge.Service is { } service) query.Add($"service={Uri.EscapeDataString(service)}");
        var asked = (challenge.Scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Concat(scopes).Distinct(StringComparer.Ordinal);
        query.AddRange(asked.Select(scope => $"scope={Uri.EscapeDataString(scope)}"));
        return new UriBuilder(realm) { Query = string.Join('&', query), Fragment = "" }.Uri;
    }

    private async Task<Grant> GrantOfAsync(string registry, Uri realm, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await BoundedBody.ReadAsync(response, BoundedBody.SmallAnswer, cancellationToken);
            var answer = JsonSerializer.Deserialize(body, AuthenticationJson.Default.TokenAnswer);
            if ((answer?.Token ?? answer?.AccessToken) is { Length: > 0 } token && AuthenticationHeaderValue.TryParse($"Bearer {token}", out var header))
                return new Grant(header, time.GetUtcNow() + LifeOf(answer!.ExpiresIn) - Margin);
        }
        catch (Exception exception) when (exception is JsonException or BodyTooLargeException)
        {
            // Said below, without the parser's words: they may repeat a token.
        }

        throw new RegistryException(new RegistryFailure(registry, Action(realm), 0, "bad_token", $"{realm.Authority} answered something that holds no token"));
    }

    private static TimeSpan LifeOf(double? seconds) => seconds is > 60 and < 86400 ? TimeSpan.FromSeconds(seconds.Value) : ShortestLife;

    private RegistryException Failed(string registry, Uri realm, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var isDenied = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        return new RegistryException(new RegistryFailure(
            registry, Action(realm), status, isDenied ? "denied" : "token_service", isDenied ? "the login was not accepted" : $"{realm.Authority} gives no token")
        {
            IsTransient = RegistryErrors.IsTransient(status), RetryAfter = RetryHeader.Of(response, time),
        });
    }

    private static string Action(Uri realm) => $"getting a token at {realm.Authority}";
}

/// <summary>What is sent along, and until when it counts.</summary>
internal sealed record Grant(AuthenticationHeaderValue Header, DateTimeOffset Until)
{
    public override string ToString() => nameof(Grant);
}
