using System.Collections.Concurrent;

namespace Towpath.AwsEmulator.Ssm;

/// <summary>Parameters by account, region and name.</summary>
public sealed class SsmState
{
    internal Lock Lock { get; } = new();

    internal ConcurrentDictionary<(string Account, string Region), SortedDictionary<string, EmulatedParameter>> Places { get; } = new();

    internal SortedDictionary<string, EmulatedParameter> At(string account, string region) =>
        Places.GetOrAdd((account, region), static _ => new SortedDictionary<string, EmulatedParameter>(StringComparer.Ordinal));

    /// <summary>Puts a parameter there, as a new version where it exists.</summary>
    public void Put(string account, string region, string name, string value, string type = "String")
    {
        lock (Lock)
        {
            var place = At(account, region);
            if (!place.TryGetValue(name, out var parameter)) place[name] = parameter = new EmulatedParameter(name, account, region);
            parameter.Add(value, type, DateTimeOffset.UnixEpoch, "arn:aws:iam::" + account + ":user/admin");
        }
    }

    /// <summary>The newest value; null when there is none.</summary>
    public string? ValueOf(string account, string region, string name)
    {
        lock (Lock) return At(account, region).GetValueOrDefault(name)?.Newest.Value;
    }
}

internal sealed record ParameterVersion(int Number, string Value, string Type, DateTimeOffset At, string By, string? Description);

internal sealed class EmulatedParameter(string name, string account, string region)
{
    private const int Kept = 100;

    public string Name { get; } = name;

    public string Arn { get; } = ArnOf(name, account, region);

    public string Tier { get; set; } = "Standard";

    public string? KeyId { get; set; }

    public List<ParameterVersion> Versions { get; } = [];

    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    public ParameterVersion Newest => Versions[^1];

    public static string ArnOf(string name, string account, string region) => $"arn:aws:ssm:{region}:{account}:parameter/{name.TrimStart('/')}";

    public void Add(string value, string type, DateTimeOffset at, string by, string? description = null)
    {
        Versions.Add(new ParameterVersion(Versions.Count == 0 ? 1 : Newest.Number + 1, value, type, at, by, description));
        if (Versions.Count > Kept) Versions.RemoveAt(0);
    }
}
