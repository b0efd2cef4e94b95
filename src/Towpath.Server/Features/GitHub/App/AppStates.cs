using System.Globalization;
using Towpath.Engine.Storage;
using Towpath.Server.Security;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>
/// What comes back from GitHub with a new App's code: proof that this very session asked for it, ten minutes ago at most, and once. As with
/// <see cref="LoginCodes"/> only the hash is kept, and taking the setting is what uses it up.
/// </summary>
public sealed class AppStates(IStore store, TimeProvider time)
{
    public const string SettingPrefix = "github.app.state/";
    public static readonly TimeSpan ValidFor = TimeSpan.FromMinutes(10);

    /// <summary>Makes one; those that this session made before no longer count.</summary>
    public async Task<string> CreateAsync(Caller caller, CancellationToken cancellationToken)
    {
        var state = Secret.New();
        var now = time.GetUtcNow();
        var value = $"{(now + ValidFor).ToString("O", CultureInfo.InvariantCulture)} {CredentialOf(caller)}";
        while (true)
        {
            var earlier = await store.Configuration.SettingsAsync(SettingPrefix, cancellationToken);
            Change[] changes =
            [
                .. earlier.Where(e => IsOf(e.Value, caller) || IsOver(e.Value, now)).Select(e => new Change.TakeSetting(e.Key)),
                new Change.SaveSetting(SettingPrefix + Secret.Hash(state), value, OnlyIfAbsent: true),
            ];
            if (await store.CommitAsync(new Commit { Changes = changes }, cancellationToken) is CommitOutcome.Committed) return state;
        }
    }

    /// <summary>Uses it up; false where it does not count: unknown, used, another session's, too old.</summary>
    public async Task<bool> TakeAsync(string? state, Caller caller, CancellationToken cancellationToken)
    {
        if (!Secret.IsPlausible(state)) return false;
        var name = SettingPrefix + Secret.Hash(state!);
        if (await store.Configuration.SettingAsync(name, cancellationToken) is not { } value || !IsOf(value, caller) || IsOver(value, time.GetUtcNow())) return false;
        return await store.CommitAsync(new Commit { Changes = [new Change.TakeSetting(name)] }, cancellationToken) is CommitOutcome.Committed;
    }

    private static bool IsOf(string value, Caller caller) => value.EndsWith(' ' + CredentialOf(caller), StringComparison.Ordinal);

    private static bool IsOver(string value, DateTimeOffset now) =>
        now >= DateTimeOffset.Parse(value.AsSpan(0, value.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    private static string CredentialOf(Caller caller) => caller.SessionHash ?? caller.TokenId;
}
