using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Calling;
using Towpath.GitHub.Jws;

namespace Towpath.GitHub.Oidc;

/// <summary>What an OpenID Connect provider knows us as.</summary>
/// <param name="Issuer">The provider, exactly as its tokens name it.</param>
/// <param name="Id">Our id there: the audience of its tokens.</param>
/// <param name="Secret">Null where it asks for none.</param>
public sealed record OidcClient(string Issuer, string Id, string? Secret)
{
    public override string ToString() => $"{Id} at {Issuer}";
}

/// <summary>
/// People log in with an OpenID Connect provider (OpenID Connect Core 1.0, section 3.1, with PKCE). Whoever uses this makes state, nonce and verifier, keeps
/// them with the browser, and compares the state.
/// </summary>
public sealed class CodeFlow : IDisposable
{
    private const int LongestAnswer = 64 * 1024;
    private static readonly TimeSpan MetadataFreshFor = TimeSpan.FromMinutes(10);

    /// <summary>Strangers begin logins: a provider in trouble is not asked for each of them.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(5);

    private readonly OidcHttp _http;
    private readonly OidcOptions _options;
    private readonly TimeProvider _time;
    private readonly Discovery _discovery;
    private readonly KeySets _keys;
    private readonly TokenVerifier _verifier;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <param name="http">No redirects, no cookies.</param>
    /// <param name="options">The issuers that people may log in with, and nobody else's.</param>
    /// <param name="time">The clock.</param>
    public CodeFlow(OidcHttp http, OidcOptions options, TimeProvider time)
    {
        (_http, _options, _time) = (http, options, time);
        _discovery = new Discovery(http, options, time);
        _keys = new KeySets(_discovery, options, time);
        _verifier = new TokenVerifier(_keys, options, time);
    }

    /// <summary>Where the browser goes.</summary>
    /// <exception cref="IssuerException">The provider cannot be asked where that is.</exception>
    public async Task<Uri> AuthorizationUrlAsync(OidcClient client, Uri redirect, string state, string nonce, string challenge, CancellationToken cancellationToken)
    {
        var metadata = await MetadataAsync(client.Issuer, cancellationToken);
        var there = metadata.Authorization ?? throw new IssuerException(client.Issuer, "its description names no authorization_endpoint");
        var query = $"response_type=code&scope={Uri.EscapeDataString("openid email profile")}&client_id={Uri.EscapeDataString(client.Id)}&redirect_uri={Uri.EscapeDataString(redirect.AbsoluteUri)}"
            + $"&state={Uri.EscapeDataString(state)}&nonce={Uri.EscapeDataString(nonce)}&code_challenge={Uri.EscapeDataString(challenge)}&code_challenge_method=S256";
        return new UriBuilder(there) { Query = there.Query.Length > 1 ? $"{there.Query}&{query}" : query, Fragment = "" }.Uri;
    }

    /// <summary>Exchanges the code for the token, and says whether that counts: signed by the provider, for us, now, and for this very login.</summary>
    /// <exception cref="IssuerException">The provider could not be reached, or answers nonsense.</exception>
    public async Task<TokenResult> ExchangeAsync(OidcClient client, string code, string verifier, string nonce, Uri redirect, CancellationToken cancellationToken)
    {
        var metadata = await MetadataAsync(client.Issuer, cancellationToken);
        var (token, refused) = await TokenAsync(client, metadata, code, verifier, redirect, cancellationToken);
        if (token is null) return new TokenResult.Refused(refused!);
        var result = await _verifier.VerifyAsync(token, client.Issuer, client.Id, cancellationToken);
        return result is TokenResult.Verified { Token.Claims: var claims } && !IsFor(claims, nonce) ? new TokenResult.Refused("it was made for another login (nonce)") : result;
    }

    public void Dispose()
    {
        _keys.Dispose();
        _gate.Dispose();
    }

    private static bool IsFor(JsonElement claims, string nonce) =>
        claims.TryText("nonce", out var told) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(told), Encoding.UTF8.GetBytes(nonce));

    private async Task<IssuerMetadata> MetadataAsync(string issuer, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var known = _known.GetValueOrDefault(issuer);
            if (known is { Metadata: { } fresh } && _time.GetElapsedTime(known.At) < MetadataFreshFor) return fresh;
            if (known is { Trouble: { } trouble } && _time.GetElapsedTime(known.At) < AskEvery) throw trouble;
            try
            {
                var metadata = await _discovery.AskAsync(issuer, cancellationToken);
                _known[issuer] = new Known(metadata, null, _time.GetTimestamp());
                return metadata;
            }
            catch (IssuerException e)
            {
                _known[issuer] = new Known(null, e, _time.GetTimestamp());
                throw;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<(string? Token, string? Refused)> TokenAsync(OidcClient client, IssuerMetadata metadata, string code, string verifier, Uri redirect, CancellationToken cancellationToken)
    {
        var address = metadata.Token ?? throw new IssuerException(client.Issuer, "its description names no token_endpoint");
        using var deadline = new Deadline(_options.AnswerWithin, _time, cancellationToken);
        try
        {
            using var request = RequestOf(client, metadata, address, code, verifier, redirect);
            using var response = await _http.SendAsync(request, deadline.Token);
            var status = (int)response.StatusCode;
            if (status is not (200 or 400 or 401)) throw new IssuerException(client.Issuer, $"{address} answers with status {status}");
            return Read(client, status, await BoundedBody.ReadAsync(response, LongestAnswer, deadline.Token));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or BodyTooLargeException && e is not IssuerException || deadline.IsOver(e))
        {
            throw new IssuerException(client.Issuer, $"{address} does not answer ({(e is OperationCanceledException ? "not in time" : PlainText.Of(e.Message, 200))})", e);
        }
    }

    private static HttpRequestMessage RequestOf(OidcClient client, IssuerMetadata metadata, Uri address, string code, string verifier, Uri redirect)
    {
        List<KeyValuePair<string, string>> fields =
            [new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", redirect.AbsoluteUri), new("code_verifier", verifier)];
        var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Headers.UserAgent.ParseAdd("towpath");
        request.Headers.Accept.ParseAdd("application/json");
        if (client.Secret is { } secret && metadata.TakesBasic)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Form(client.Id)}:{Form(secret)}")));
        }
        else
        {
            fields.Add(new("client_id", client.Id));
            if (client.Secret is { } posted) fields.Add(new("client_secret", posted));
        }

        request.Content = new FormUrlEncodedContent(fields);
        return request;
    }

    /// <summary>As RFC 6749, section 2.3.1, has it.</summary>
    private static string Form(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    /// <summary>Without the parser's words, which may repeat a token.</summary>
    private static (string? Token, string? Refused) Read(OidcClient client, int status, byte[] body)
    {
        if (!StrictJson.TryRead(body, out var answer)) throw new IssuerException(client.Issuer, "its token endpoint answers with something that is not one JSON object");
        if (status == 200) return answer.TryText("id_token", out var token) ? (token, null) : throw new IssuerException(client.Issuer, "its token endpoint gives no id_token");
        return (null, $"its provider does not accept it ({(answer.TryText("error", out var error) ? PlainText.Of(error, 60) : "without saying why")})");
    }

    private sealed record Known(IssuerMetadata? Metadata, IssuerException? Trouble, long At);
}
