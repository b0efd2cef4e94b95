using System.Text.Json;
using Towpath.Core.Operators;
using Towpath.GitHub.Oidc;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Logins;

/// <summary>People log in with an OpenID Connect provider. Their name here is their verified mail address, or a claim behind the provider's name.</summary>
public sealed class OidcLogin(OidcProvider provider, CodeFlow flow) : ILoginProvider
{
    private readonly OidcClient _client = new(provider.Issuer, provider.ClientId, provider.ClientSecret);

    public string Name => provider.Name;

    public string Title => provider.Title;

    public bool IsOffered => true;

    public async Task<Answer<Uri>> BeginAsync(LoginAttempt attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await flow.AuthorizationUrlAsync(_client, attempt.RedirectUri, attempt.State, attempt.Nonce, attempt.Challenge, cancellationToken);
        }
        catch (IssuerException exception)
        {
            return Trouble(exception);
        }
    }

    public async Task<Answer<OutsidePerson>> EndAsync(LoginAttempt attempt, string code, IQueryCollection query, CancellationToken cancellationToken)
    {
        // RFC 9207: a provider that says who it is must be the one that was asked.
        if (query.TryGetValue("iss", out var issuer) && !string.Equals(issuer, provider.Issuer, StringComparison.Ordinal)) return Refused("another provider answered");
        try
        {
            return await flow.ExchangeAsync(_client, code, attempt.Verifier, attempt.Nonce, attempt.RedirectUri, cancellationToken) switch
            {
                TokenResult.Verified verified => PersonOf(verified.Token),
                TokenResult.Refused refused => Refused(refused.Reason),
                TokenResult.Unknown unknown => Refusal.ThirdParty("login_provider_failed", unknown.Explanation + "."),
                var other => throw new InvalidOperationException(other.GetType().Name),
            };
        }
        catch (IssuerException exception)
        {
            return Trouble(exception);
        }
    }

    private Answer<OutsidePerson> PersonOf(VerifiedToken token)
    {
        var name = provider.Claim is { } claim ? OutsidePerson.Named(provider.Name, TextOf(token.Claims, claim)) : MailOf(token.Claims);
        if (name is not null) return new OutsidePerson(name, provider.Name, token.Subject);
        return Refusal.NotAllowed("no_name", provider.Claim is { } asked
            ? $"{provider.Title} does not say your name in the claim '{asked}'. Ask its administrator to put it into the ID token."
            : $"{provider.Title} does not say that you have a mail address which it verified{(provider.Domains.Count == 0 ? "" : $" of {string.Join(" or ", provider.Domains)}")}. Ask its administrator to put `email` and `email_verified` into the ID token.");
    }

    /// <summary>Only the boolean counts: a text such as "false" is true to some.</summary>
    private string? MailOf(JsonElement claims)
    {
        if (!claims.TryGetProperty("email_verified", out var verified) || verified.ValueKind != JsonValueKind.True || OutsidePerson.Mail(TextOf(claims, "email")) is not { } mail) return null;
        var domain = mail[(mail.LastIndexOf('@') + 1)..];
        return provider.Domains.Count == 0 || provider.Domains.Contains(domain, StringComparer.OrdinalIgnoreCase) ? mail : null;
    }

    private static string? TextOf(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private Refusal Refused(string why) => new(RefusalKind.Unauthenticated, "token_refused", $"The login by {provider.Title} does not count: {why}. Log in again.");

    private Refusal Trouble(IssuerException exception) => Refusal.ThirdParty("login_provider_failed", $"{provider.Title} cannot be asked now: {exception.Explanation}.");
}
