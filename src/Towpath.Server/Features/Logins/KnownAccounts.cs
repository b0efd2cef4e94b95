using Towpath.Engine.Storage;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Logins;

/// <summary>
/// Which account a name is, by the provider's id of it: the first one that came under it, by logging in or by a command in a pull request. What was renamed and taken
/// over, perhaps, is nobody's until an administrator revokes the token of the earlier one.
/// </summary>
public sealed class KnownAccounts(IStore store, TimeProvider time)
{
    private const string Names = "login-name/";

    /// <summary>Null where no other account of this provider had the name.</summary>
    public async Task<Refusal?> RefuseAsync(OutsidePerson person, CancellationToken cancellationToken) =>
        await store.Configuration.SettingAsync(KeyOf(person), cancellationToken) is { } kept && kept != person.TokenId ? Taken(person, kept) : null;

    /// <summary>As <see cref="RefuseAsync"/>; from then on the name is this account's.</summary>
    public async Task<Refusal?> KeepAsync(OutsidePerson person, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.Configuration.SettingAsync(KeyOf(person), cancellationToken) is { } kept) return kept == person.TokenId ? null : Taken(person, kept);
            List<Change> changes = [new Change.SaveSetting(KeyOf(person), person.TokenId, OnlyIfAbsent: true)];
            // What an administrator revokes, also of somebody who never logged in; it opens nothing.
            if (await store.Access.GetTokenAsync(person.TokenId, cancellationToken) is null) changes.Add(new Change.SaveToken(TokenOf(person, TimeSpan.Zero)));
            if (await store.CommitAsync(new Commit { Changes = changes }, cancellationToken) is CommitOutcome.Committed) return null;
        }
    }

    /// <summary>The names that the account of this token has are free for others.</summary>
    public async Task<IReadOnlyList<Change>> ForgetAsync(string tokenId, CancellationToken cancellationToken) =>
        [.. (await store.Configuration.SettingsAsync(Names, cancellationToken)).Where(name => name.Value == tokenId).Select(name => new Change.TakeSetting(name.Key))];

    /// <summary>One row for each account, however often it logs in. Nobody knows its secret.</summary>
    public AccessToken TokenOf(OutsidePerson person, TimeSpan validFor)
    {
        var now = time.GetUtcNow();
        return new AccessToken(
            person.TokenId, Secret.Hash(Secret.New()), person.User, person.TokenName, PermissionWords.AllScopes, [], now, now + validFor, RevokedAt: null, Administrator: false);
    }

    private static string KeyOf(OutsidePerson person) => $"{Names}{person.Provider}/{person.User.ToLowerInvariant()}";

    private static Refusal Taken(OutsidePerson person, string token) => Refusal.NotAllowed(
        "name_taken", $"Another account came as {person.User} before. An administrator who knows that the name went over to this one revokes the token of that login: `towpath token revoke {token}`.");
}
