using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Towpath.AwsEmulator.Oidc;

/// <summary>The keys that identity providers publish, by issuer; AWS would fetch them.</summary>
public sealed class IssuerBook : IDisposable
{
    /// <summary>The bearer of the request address that stands for GitHub's.</summary>
    public const string RequestToken = "towpath-actions-request-token";

    private readonly ConcurrentDictionary<string, string> _keys = new(StringComparer.Ordinal);

    // A key takes a moment to make, so one per process is enough for the emulators' own issuers.
    private static readonly Lazy<byte[]> SharedKey = new(() =>
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKey();
    });

    private readonly Lazy<TestIssuer> _gitHub;

    internal IssuerBook(TimeProvider time) => _gitHub = new Lazy<TestIssuer>(() =>
    {
        var issuer = new TestIssuer(time);
        issuer.Key.ImportPkcs8PrivateKey(SharedKey.Value, out _);
        _keys.TryAdd(issuer.Issuer, issuer.Jwks);
        return issuer;
    });

    /// <summary>The issuer behind <c>/_emulator/oidc/token</c>; its keys are published from the start.</summary>
    public TestIssuer GitHub => _gitHub.Value;

    public void Publish(string issuer, string jwks) => _keys[issuer] = jwks;

    public string? KeysOf(string issuer)
    {
        if (issuer == TestIssuer.GitHub) _ = GitHub;
        return _keys.GetValueOrDefault(issuer);
    }

    public void Dispose()
    {
        if (_gitHub.IsValueCreated) GitHub.Dispose();
    }
}
