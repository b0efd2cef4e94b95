using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Calling;
using Towpath.GitHub.Jws;

namespace Towpath.GitHub.Oidc;

/// <summary>What an issuer says of itself (OpenID Connect Discovery 1.0, section 4): <c>GET {issuer}/.well-known/openid-configuration</c>.</summary>
public sealed class Discovery(OidcHttp http, OidcOptions options, TimeProvider time)
{
    private const int LongestAnswer = 256 * 1024;

    /// <exception cref="IssuerException">It cannot be asked, or answers nonsense.</exception>
    public async Task<IssuerMetadata> AskAsync(string issuer, CancellationToken cancellationToken)
    {
        if (!options.Issuers.Contains(issuer, StringComparer.Ordinal)) throw new IssuerException(issuer, "it is not among the issuers that are configured");
        var json = await ReadAsync(issuer, AddressOf(issuer, $"{issuer.TrimEnd('/')}/.well-known/openid-configuration"), cancellationToken);
        if (!StrictJson.TryRead(json, out var document)) throw new IssuerException(issuer, "its description is not one JSON object with each member once");
        if (!document.TryText("issuer", out var named) || !string.Equals(named, issuer, StringComparison.Ordinal))
            throw new IssuerException(issuer, $"its description is that of '{PlainText.Of(named ?? "nobody", 200)}'");
        var keys = Address(issuer, document, "jwks_uri") ?? throw new IssuerException(issuer, "its description names no keys (jwks_uri)");
        return new IssuerMetadata(issuer, keys)
        {
            Authorization = Address(issuer, document, "authorization_endpoint"),
            Token = Address(issuer, document, "token_endpoint"),
            UserInformation = Address(issuer, document, "userinfo_endpoint"),
            TakesBasic = TakesBasic(document),
        };
    }

    /// <summary>The keys that an issuer signs with.</summary>
    /// <exception cref="IssuerException">It cannot be asked, or has none that could be used.</exception>
    public async Task<JsonWebKeySet> KeysAsync(string issuer, CancellationToken cancellationToken)
    {
        var metadata = await AskAsync(issuer, cancellationToken);
        return JsonWebKeySet.Read(await ReadAsync(issuer, metadata.Keys, cancellationToken)) is { Count: > 0 } keys
            ? keys
            : throw new IssuerException(issuer, $"its keys hold none for {Rs256.Name} of {Rs256.LeastBits} bits or more");
    }

    /// <summary>Where nothing is said of it, that is the way (OpenID Connect Discovery 1.0, section 3).</summary>
    private static bool TakesBasic(JsonElement document) =>
        !document.TryGetProperty("token_endpoint_auth_methods_supported", out var ways) || ways.ValueKind != JsonValueKind.Array
        || ways.EnumerateArray().Any(way => way.AsText() == "client_secret_basic");

    private async Task<byte[]> ReadAsync(string issuer, Uri address, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.AnswerWithin, time, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.ParseAdd("towpath");
            request.Headers.Accept.ParseAdd("application/json");
            using var response = await http.SendAsync(request, deadline.Token);
            if ((int)response.StatusCode != 200) throw new IssuerException(issuer, $"{address} answers with status {(int)response.StatusCode}");
            return await BoundedBody.ReadAsync(response, LongestAnswer, deadline.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or BodyTooLargeException && e is not IssuerException || deadline.IsOver(e))
        {
            throw new IssuerException(issuer, $"{address} does not answer ({(e is OperationCanceledException ? "not in time" : PlainText.Of(e.Message, 200))})", e);
        }
    }

    private static Uri? Address(string issuer, JsonElement document, string name) => document.TryText(name, out var text) ? AddressOf(issuer, text) : null;

    /// <summary>https, but on this machine, where only an issuer that is there itself may lead to.</summary>
    private static Uri AddressOf(string issuer, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.UserInfo.Length == 0 && Uri.TryCreate(issuer, UriKind.Absolute, out var own)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)) && (!address.IsLoopback || own.IsLoopback)
            ? address
            : throw new IssuerException(issuer, $"'{PlainText.Of(text, 200)}' is not an https address");
}

/// <param name="Issuer">As its tokens name it.</param>
/// <param name="Keys">Where its keys are.</param>
public sealed record IssuerMetadata(string Issuer, Uri Keys)
{
    /// <summary>Where people log in.</summary>
    public Uri? Authorization { get; init; }

    /// <summary>Where codes are exchanged for tokens.</summary>
    public Uri? Token { get; init; }

    public Uri? UserInformation { get; init; }

    /// <summary>Whether clients prove who they are in a header; else in the form.</summary>
    public bool TakesBasic { get; init; } = true;
}
