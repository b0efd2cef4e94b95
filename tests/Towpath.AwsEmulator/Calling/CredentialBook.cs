using System.Collections.Concurrent;
using System.Security.Cryptography;
using Towpath.AwsEmulator.Calling.Policies;

namespace Towpath.AwsEmulator.Calling;

/// <summary>A key pair that the emulator knows, and whom it stands for.</summary>
public sealed record KnownCredentials(string AccessKey, string Secret, string? SessionToken, DateTimeOffset? Expires, Caller Caller);

/// <summary>The keys of every account's administrator, and the sessions that STS made.</summary>
public sealed class CredentialBook(EmulatorWorld world)
{
    private readonly EmulatorOptions _options = world.Options;

    /// <summary>The access key of an account's administrator; its secret is <see cref="EmulatorOptions.Secret"/>.</summary>
    public string AdminKeyOf(string account) => account == _options.Account ? _options.AccessKey : $"AKIA{account}TEST";

    internal KnownCredentials? Find(string accessKey)
    {
        if (accessKey == _options.AccessKey) return Admin(accessKey, _options.Account);
        if (accessKey.Length == 20 && accessKey.StartsWith("AKIA", StringComparison.Ordinal) && accessKey.EndsWith("TEST", StringComparison.Ordinal)
            && accessKey[4..16].All(char.IsAsciiDigit)) return Admin(accessKey, accessKey[4..16]);
        var sessions = world.State.Of<SessionBook>();
        return sessions.ByKey.GetValueOrDefault(accessKey);
    }

    /// <summary>Makes the credentials of a role's session.</summary>
    public KnownCredentials Issue(string roleArn, string sessionName, string roleId, DateTimeOffset expires, PolicyDocument? policy = null)
    {
        var parts = roleArn.Split(':', 6);
        var role = parts[5][(parts[5].LastIndexOf('/') + 1)..];
        var key = "ASIA" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        var caller = new Caller
        {
            Account = parts[4], Region = "", AccessKey = key, Arn = $"arn:aws:sts::{parts[4]}:assumed-role/{role}/{sessionName}",
            UserId = $"{roleId}:{sessionName}", RoleArn = roleArn, SessionName = sessionName, SessionPolicy = policy,
        };
        var known = new KnownCredentials(
            key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)), Convert.ToBase64String(RandomNumberGenerator.GetBytes(120)), expires, caller);
        world.State.Of<SessionBook>().ByKey[key] = known;
        return known;
    }

    /// <summary>Every session that exists now ends at once.</summary>
    public void ExpireSessions()
    {
        var sessions = world.State.Of<SessionBook>().ByKey;
        foreach (var (key, known) in sessions) sessions[key] = known with { Expires = world.Now };
    }

    private KnownCredentials Admin(string key, string account) => new(
        key, _options.Secret, null, null,
        new Caller { Account = account, Region = "", AccessKey = key, Arn = $"arn:aws:iam::{account}:user/admin", UserId = $"AIDA{account}ADMIN" });
}

internal sealed class SessionBook
{
    public ConcurrentDictionary<string, KnownCredentials> ByKey { get; } = new(StringComparer.Ordinal);
}
