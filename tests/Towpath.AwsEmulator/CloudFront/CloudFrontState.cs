using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace Towpath.AwsEmulator.CloudFront;

/// <summary>Distributions of every account, by id.</summary>
public sealed class CloudFrontState
{
    /// <summary>How long an invalidation is in progress; null: until <see cref="CompleteInvalidations"/>.</summary>
    public TimeSpan? InvalidationDelay { get; set; } = TimeSpan.Zero;

    internal ConcurrentDictionary<string, Distribution> Distributions { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a distribution in front of a bucket; returns its id.</summary>
    public string AddDistribution(
        string bucket, string account = "111111111111", string? id = null, string rootObject = "index.html", string originPath = "", params string[] aliases)
    {
        var made = new Distribution(id ?? NewId(), account, DistributionConfig.For(bucket, rootObject, originPath, aliases), DateTimeOffset.UnixEpoch);
        Distributions[made.Id] = made;
        return made.Id;
    }

    /// <summary>Ends every invalidation that is in progress.</summary>
    public void CompleteInvalidations()
    {
        foreach (var distribution in Distributions.Values)
            foreach (var invalidation in distribution.Invalidations) invalidation.IsForcedComplete = true;
    }

    /// <summary>The paths of a distribution's invalidations, in the order of the calls.</summary>
    public IReadOnlyList<IReadOnlyList<string>> InvalidatedPaths(string distribution) => [.. Distributions[distribution].Invalidations.Select(i => i.Paths)];

    internal static string NewId() => "E" + Convert.ToHexString(RandomNumberGenerator.GetBytes(7))[..13];
}

/// <summary>One distribution with its invalidations, and what its edge has cached.</summary>
internal sealed class Distribution(string id, string account, XElement config, DateTimeOffset modified)
{
    private readonly Lock _lock = new();
    private readonly List<Invalidation> _invalidations = [];
    private XElement _config = config;
    private int _revision = 1;
    private long _sequence;

    public string Id { get; } = id;

    public string Account { get; } = account;

    public string Arn => $"arn:aws:cloudfront::{Account}:distribution/{Id}";

    public string DomainName => $"{Id.ToLowerInvariant()}.cloudfront.net";

    public string ETag => $"E{Id[1..7]}{_revision:X4}";

    public DateTimeOffset Modified { get; private set; } = modified;

    /// <summary>Elements without a namespace.</summary>
    public XElement Config => _config;

    public void Change(XElement config, DateTimeOffset now)
    {
        _config = config;
        Modified = now;
        Interlocked.Increment(ref _revision);
    }

    public ConcurrentDictionary<string, CachedAnswer> Cache { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<Invalidation> Invalidations
    {
        get
        {
            lock (_lock) return [.. _invalidations];
        }
    }

    /// <summary>Orders what is cached and what is invalidated.</summary>
    public long Next() => Interlocked.Increment(ref _sequence);

    /// <summary>Under one lock, so that a caller reference makes one invalidation only.</summary>
    public Invalidation Add(Func<IReadOnlyList<Invalidation>, Invalidation> decide)
    {
        lock (_lock)
        {
            var invalidation = decide(_invalidations);
            if (!_invalidations.Contains(invalidation)) _invalidations.Add(invalidation);
            return invalidation;
        }
    }
}

/// <summary>Paths that the edge is to forget.</summary>
internal sealed class Invalidation(string callerReference, IReadOnlyList<string> paths, DateTimeOffset created, long sequence)
{
    public string Id { get; } = "I" + Convert.ToHexString(RandomNumberGenerator.GetBytes(7))[..13];

    public string CallerReference { get; } = callerReference;

    public IReadOnlyList<string> Paths { get; } = paths;

    public DateTimeOffset Created { get; } = created;

    public long Sequence { get; } = sequence;

    public bool IsForcedComplete { get; set; }

    public bool IsComplete(DateTimeOffset now, TimeSpan? delay) => IsForcedComplete || (delay is { } after && now >= Created + after);

    public bool Covers(string path) => Paths.Any(p => p.EndsWith('*') ? path.StartsWith(p[..^1], StringComparison.Ordinal) : p == path);
}
