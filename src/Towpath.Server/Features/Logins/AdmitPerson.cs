using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Engine.Storage;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Logins;

/// <summary>Opens a session for somebody whom a provider vouches for and the organization knows.</summary>
public sealed class AdmitPerson(IStore store, KnownAccounts accounts, Access access, Sessions sessions, Audits audits, TimeProvider time)
{
    private const string UsedPrefix = "login-used/";

    /// <summary>Whoever leaves the organization is known for so long at most; the next login is one click.</summary>
    public static readonly TimeSpan ValidFor = TimeSpan.FromHours(12);

    /// <returns>Null when the session is open, else why not.</returns>
    public async Task<Refusal?> HandleAsync(HttpContext http, OutsidePerson person, LoginAttempt attempt, CancellationToken cancellationToken)
    {
        var token = accounts.TokenOf(person, ValidFor);
        if (await accounts.RefuseAsync(person, cancellationToken) is { } taken) return taken;
        if (!await HasRoleAsync(token, cancellationToken)) return WithoutRole(person);
        if (await accounts.KeepAsync(person, cancellationToken) is { } other) return other;
        await ForgetUsedAsync(cancellationToken);
        List<Change> changes =
        [
            new Change.SaveSetting(UsedPrefix + Secret.Hash(attempt.State), (time.GetUtcNow() + LoginAttempts.ValidFor).ToString("O", CultureInfo.InvariantCulture), OnlyIfAbsent: true),
            new Change.SaveToken(token),
            audits.Of(person.User, "session.opened", new JsonObject { ["token"] = token.Id, ["by"] = person.Provider, ["account"] = person.Account }),
        ];
        // Whoever was logged in with this browser is no longer.
        if (http.FindCaller()?.SessionHash is { } earlier) changes.Add(new Change.EndSession(earlier));
        return await sessions.OpenAsync(http, token.Id, changes, cancellationToken, ValidFor) ? null : Used;
    }

    private async Task<bool> HasRoleAsync(AccessToken token, CancellationToken cancellationToken)
    {
        var caller = new Caller { User = token.User, TokenId = token.Id, Scopes = token.Scopes, Applications = [], Administrator = false };
        return (await access.OfAsync(caller, cancellationToken)).MayAnywhere(Permission.Read);
    }

    private async Task ForgetUsedAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var over = (await store.Configuration.SettingsAsync(UsedPrefix, cancellationToken)).Where(used => now >= DateTimeOffset.Parse(used.Value, CultureInfo.InvariantCulture)).ToList();
        // Where somebody else forgets them at this moment, that is just as well.
        if (over.Count > 0) await store.CommitAsync(new Commit { Changes = [.. over.Select(used => new Change.TakeSetting(used.Key))] }, cancellationToken);
    }

    private static Refusal Used => new(RefusalKind.Unauthenticated, "state_refused", "This login was ended already. Log in again.");

    private static Refusal WithoutRole(OutsidePerson person) =>
        Refusal.NotAllowed("no_role", $"You are {person.User}, and have no role here. Ask an administrator to give you one in organization.yaml; who came to a GitHub team just now tries again in a minute.");
}
