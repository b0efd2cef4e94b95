using System.Globalization;
using Towpath.Engine.Storage;

namespace Towpath.Server.Security;

/// <summary>
/// The administrator's one-time login: a code that counts once within an hour. Only its hash is kept, as the name of a setting, and taking the
/// setting is what uses it up, so that of two who come with it one is let in.
/// </summary>
public sealed class LoginCodes(IStore store, TimeProvider time)
{
    public const string SettingPrefix = "login-code/";
    private static readonly TimeSpan ValidFor = TimeSpan.FromHours(1);

    /// <summary>Makes a code; codes made before no longer count.</summary>
    public async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        var code = Secret.New();
        var until = (time.GetUtcNow() + ValidFor).ToString("O", CultureInfo.InvariantCulture);
        while (true)
        {
            var earlier = await store.Configuration.SettingsAsync(SettingPrefix, cancellationToken);
            Change[] changes =
            [
                .. earlier.Keys.Select(name => new Change.TakeSetting(name)),
                new Change.SaveSetting(SettingPrefix + Secret.Hash(code), until, OnlyIfAbsent: true),
            ];
            if (await store.CommitAsync(new Commit { Changes = changes }, cancellationToken) is CommitOutcome.Committed) return code;
        }
    }

    /// <summary>Makes one when nobody has any token yet; null when somebody has.</summary>
    public async Task<string?> CreateAtFirstStartAsync(CancellationToken cancellationToken) =>
        (await store.Access.ListTokensAsync(cancellationToken)).Count == 0 ? await CreateAsync(cancellationToken) : null;

    /// <summary>What uses the code up, to be saved with the session that it opens; null where the code does not count.</summary>
    public async Task<Change?> FindAsync(string? code, CancellationToken cancellationToken)
    {
        if (!Secret.IsPlausible(code)) return null;
        var name = SettingPrefix + Secret.Hash(code!);
        return await store.Configuration.SettingAsync(name, cancellationToken) is { } until
            && time.GetUtcNow() < DateTimeOffset.Parse(until, CultureInfo.InvariantCulture)
            ? new Change.TakeSetting(name)
            : null;
    }
}
