using System.Text.Json.Nodes;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Features.Audit;
using Towpath.Server.Features.Logins;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Tokens;

/// <summary>Makes, lists and revokes API tokens. The secret is shown once; only its hash is kept.</summary>
public sealed class ManageTokens(IStore store, KnownAccounts accounts, Access access, Audits audits, TimeProvider time)
{
    private const long LongestSeconds = 10L * 366 * 24 * 3600;
    private const int MostApplications = 1000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/tokens", async (HttpContext http, ManageTokens use, CancellationToken cancellationToken) =>
                (await use.ListAsync(http.Caller(), cancellationToken)).ToHttp())
            .WithName("listTokens").WithSummary("All API tokens, without their secrets.").WithTags("access").Produces<TokenList>().Needs(Permission.Administer);
        api.MapPost("/tokens", async (CreateToken request, HttpContext http, ManageTokens use, CancellationToken cancellationToken) =>
                (await use.CreateAsync(http.Caller(), request, cancellationToken)).ToHttp(token => $"/api/v1/tokens/{token.Id}"))
            .WithName("createToken").WithSummary("Make an API token. Its secret is in this answer and nowhere else.").WithTags("access")
            .Produces<NewToken>(StatusCodes.Status201Created).Needs(Permission.Administer);
        api.MapDelete("/tokens/{id}", async (string id, HttpContext http, ManageTokens use, CancellationToken cancellationToken) =>
                (await use.RevokeAsync(http.Caller(), id, cancellationToken)).ToHttp())
            .WithName("revokeToken").WithSummary("End a token, with every session that was opened with it.").WithTags("access")
            .Produces<TokenView>().Needs(Permission.Administer);
    }

    public async Task<Answer<TokenList>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        return new TokenList([.. (await store.Access.ListTokensAsync(cancellationToken)).Select(View)]);
    }

    public async Task<Answer<NewToken>> CreateAsync(Caller caller, CreateToken request, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        if (Refuse(request) is { } wrong) return wrong;
        var secret = Secret.NewToken();
        var token = Token(request, secret);
        var details = new JsonObject
        {
            ["token"] = token.Id, ["user"] = token.User, ["name"] = token.Name, ["scopes"] = string.Join(' ', token.Scopes),
            ["applications"] = string.Join(' ', token.Applications), ["expires_at"] = token.ExpiresAt?.ToString("O"),
        };
        Change[] changes = [new Change.SaveToken(token), audits.Of(caller.User, "token.created", details)];
        return await store.CommitAsync(new Commit { Changes = changes }, cancellationToken) is CommitOutcome.Committed
            ? Answer.New(WithSecret(token, secret))
            : throw new InvalidOperationException("a new token's id and hash are new");
    }

    public async Task<Answer<TokenView>> RevokeAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        if (await store.Access.GetTokenAsync(id, cancellationToken) is not { } token) return Refusal.NotFound("no_such_token", $"There is no token '{PlainLines.Of(id)}'.");
        while (true)
        {
            var names = await accounts.ForgetAsync(id, cancellationToken);
            if (token.RevokedAt is not null && names.Count == 0) return View(token);
            var now = time.GetUtcNow();
            var details = new JsonObject { ["token"] = id, ["user"] = token.User, ["name"] = token.Name };
            Change[] changes = [new Change.RevokeToken(id, now), .. names, audits.Of(caller.User, "token.revoked", details)];
            // Where somebody else revokes it at this moment, its names are gone by then.
            if (await store.CommitAsync(new Commit { Changes = changes }, cancellationToken) is CommitOutcome.Committed) return View(token with { RevokedAt = token.RevokedAt ?? now });
        }
    }

    private static Refusal? Refuse(CreateToken request)
    {
        if ((Texts.RefuseName("user", request.User) ?? Texts.RefuseName("name", request.Name)) is { } wrong) return wrong;
        var unknown = request.Scopes?.FirstOrDefault(scope => !PermissionWords.AllScopes.Contains(scope, StringComparer.Ordinal));
        if (unknown is not null) return Refusal.Unprocessable("bad_scopes", $"'{PlainLines.Of(unknown)}' is not a scope; there are {string.Join(", ", PermissionWords.AllScopes)}.");
        if (request.Scopes is { Count: 0 }) return Refusal.Unprocessable("bad_scopes", "`scopes` is empty, so the token could do nothing. Name some, or leave it out for all that the user's roles allow.");
        if (request.Applications is { Count: > MostApplications }) return Refusal.Unprocessable("bad_applications", $"`applications` names more than {MostApplications}.");
        var application = request.Applications?.Select(name => Texts.RefuseName("applications", name)).FirstOrDefault(refusal => refusal is not null);
        if (application is not null) return application;
        return request.ExpiresInSeconds is < 1 or > LongestSeconds
            ? Refusal.Unprocessable("bad_expiry", $"`expires_in_seconds` is a number from 1 to {LongestSeconds}.")
            : null;
    }

    private AccessToken Token(CreateToken request, string secret)
    {
        var now = time.GetUtcNow();
        return new AccessToken(
            Guid.CreateVersion7(now).ToString("N"), Secret.Hash(secret), request.User, request.Name,
            request.Scopes is null ? PermissionWords.AllScopes : [.. request.Scopes.Distinct(StringComparer.Ordinal)], request.Applications ?? [],
            now, request.ExpiresInSeconds is { } seconds ? now + TimeSpan.FromSeconds(seconds) : null, RevokedAt: null, Administrator: false);
    }

    private static TokenView View(AccessToken token) => new()
    {
        Id = token.Id, User = token.User, Name = token.Name, Scopes = token.Scopes, Applications = token.Applications,
        CreatedAt = token.CreatedAt, ExpiresAt = token.ExpiresAt, RevokedAt = token.RevokedAt, Administrator = token.Administrator,
    };

    private static NewToken WithSecret(AccessToken token, string secret) => new()
    {
        Id = token.Id, User = token.User, Name = token.Name, Scopes = token.Scopes, Applications = token.Applications,
        CreatedAt = token.CreatedAt, ExpiresAt = token.ExpiresAt, RevokedAt = token.RevokedAt, Administrator = token.Administrator, Token = secret,
    };
}
