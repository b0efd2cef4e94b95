namespace Towpath.Core.Applications.Checks;

/// <summary>Who claims which place. A claim covers everything below it: a folder inside another environment's folder is that environment's.</summary>
internal sealed class Claims
{
    private readonly Dictionary<string, EnvironmentKey> _claimed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EnvironmentKey> _above = new(StringComparer.Ordinal);

    /// <returns>Who has claimed it, something above it or something below it already; null when it is the caller's now.</returns>
    public EnvironmentKey? Add(string claim, EnvironmentKey key)
    {
        if (_claimed.TryGetValue(claim, out var same)) return same;
        if (_above.TryGetValue(claim, out var below)) return below;
        foreach (var above in Above(claim))
            if (_claimed.TryGetValue(above, out var owner)) return owner;
        _claimed[claim] = key;
        foreach (var above in Above(claim)) _above.TryAdd(above, key);
        return null;
    }

    private static IEnumerable<string> Above(string claim)
    {
        for (var slash = claim.LastIndexOf('/'); slash > 0; slash = claim.LastIndexOf('/', slash - 1)) yield return claim[..slash];
    }
}
