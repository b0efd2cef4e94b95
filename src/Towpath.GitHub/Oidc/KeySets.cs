using System.Collections.Frozen;
using Towpath.GitHub.Jws;

namespace Towpath.GitHub.Oidc;

/// <summary>The keys of the configured issuers: kept, and asked for again when they are old or a token names one that nobody knows.</summary>
public sealed class KeySets(Discovery discovery, OidcOptions options, TimeProvider time) : IDisposable
{
    private readonly FrozenDictionary<string, IssuerKeys> _issuers =
        options.Issuers.Distinct(StringComparer.Ordinal).ToFrozenDictionary(issuer => issuer, issuer => new IssuerKeys(issuer, discovery, options, time), StringComparer.Ordinal);

    /// <summary>Null where the issuer has no such key.</summary>
    /// <exception cref="IssuerException">Nobody knows: the issuer is not configured, or could not be asked and what is known of it is too old.</exception>
    public Task<JsonWebKey?> FindAsync(string issuer, string keyId, CancellationToken cancellationToken) =>
        _issuers.TryGetValue(issuer, out var keys) ? keys.FindAsync(keyId, cancellationToken) : throw new IssuerException(issuer, "it is not among the issuers that are configured");

    public void Dispose()
    {
        foreach (var keys in _issuers.Values) keys.Dispose();
    }
}

/// <summary>What one issuer published last.</summary>
internal sealed class IssuerKeys(string issuer, Discovery discovery, OidcOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Published? _published;
    private IssuerException? _trouble;
    private long? _askedAt;

    public async Task<JsonWebKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        var known = Good?.Find(keyId);
        if (known is not null && IsFresh) return known;
        // Whoever knows its key does not wait for somebody else's question.
        if (!await _gate.WaitAsync(known is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken)) return known;
        try
        {
            if (IsDue(keyId)) await AskAsync(cancellationToken);
            return (Good ?? throw _trouble ?? new IssuerException(issuer, "its last keys are too old")).Find(keyId);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private JsonWebKeySet? Good => _published is { } last && time.GetElapsedTime(last.At) < options.KeysGoodFor ? last.Keys : null;

    private bool IsFresh => _published is { } last && time.GetElapsedTime(last.At) < options.KeysFreshFor;

    /// <summary>There is a reason to ask, and the last question is long enough ago.</summary>
    private bool IsDue(string keyId) =>
        !(IsFresh && Good?.Find(keyId) is not null) && !(_askedAt is { } asked && time.GetElapsedTime(asked) < options.AskEvery);

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        _askedAt = time.GetTimestamp();
        try
        {
            _published = new Published(await discovery.KeysAsync(issuer, cancellationToken), time.GetTimestamp());
            _trouble = null;
        }
        catch (IssuerException e)
        {
            // What was published before counts on, for a while: see Good.
            _trouble = e;
        }
        catch (OperationCanceledException)
        {
            // Whoever asked went away, which says nothing about the issuer: the next one may ask at once.
            _askedAt = null;
            throw;
        }
    }

    private sealed record Published(JsonWebKeySet Keys, long At);
}
