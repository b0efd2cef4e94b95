using System.Collections.Concurrent;
using System.Security.Cryptography;
using Towpath.AwsEmulator.Calling.Policies;

namespace Towpath.AwsEmulator.Iam;

/// <summary>Roles and OIDC providers of every account, by ARN.</summary>
public sealed class IamState
{
    /// <summary>A trust policy that lets every caller in.</summary>
    public const string TrustsEverybody = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}""";

    public ConcurrentDictionary<string, EmulatedRole> Roles { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, EmulatedOidcProvider> Providers { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a role that everybody may assume, unless a trust policy is given, and that may do everything, unless it gets policies.</summary>
    public EmulatedRole AddRole(string arn, string? trust = null, int maxSessionDuration = 3600)
    {
        var role = new EmulatedRole(arn, trust ?? TrustsEverybody) { MaxSessionDuration = maxSessionDuration };
        return Roles[arn] = role;
    }

    /// <summary>Adds an OIDC provider to an account; <paramref name="issuer"/> is its https address.</summary>
    public EmulatedOidcProvider AddProvider(string account, string issuer, params string[] clientIds)
    {
        var provider = new EmulatedOidcProvider(account, issuer);
        foreach (var id in clientIds) provider.ClientIds.Add(id);
        return Providers[provider.Arn] = provider;
    }

    public EmulatedRole? FindRole(string arn) => Roles.GetValueOrDefault(arn);
}

/// <summary>A role: who may assume it, and what it may do.</summary>
public sealed class EmulatedRole(string arn, string trust)
{
    private string _trust = trust;
    private PolicyDocument _trustPolicy = PolicyDocument.Parse(trust);

    public string Arn { get; } = arn;

    public string Account { get; } = arn.Split(':')[4];

    public string Name { get; } = arn[(arn.LastIndexOf('/') + 1)..];

    /// <summary>Begins and ends with a slash.</summary>
    public string Path { get; } = arn.Split(":role", 2)[1] is var rest ? rest[..(rest.LastIndexOf('/') + 1)] : "/";

    public string Id { get; } = "AROA" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8)) + "T";

    public string Trust
    {
        get => _trust;
        set
        {
            _trustPolicy = PolicyDocument.Parse(value);
            _trust = value;
        }
    }

    public PolicyDocument TrustPolicy => _trustPolicy;

    public string? Description { get; set; }

    public int MaxSessionDuration { get; set; } = 3600;

    public DateTimeOffset Created { get; init; }

    public ConcurrentDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Inline policies by name.</summary>
    public ConcurrentDictionary<string, string> Policies { get; } = new(StringComparer.Ordinal);

    public IEnumerable<PolicyDocument> PolicyDocuments => Policies.Values.Select(PolicyDocument.Parse);
}

/// <summary>An OIDC provider: whose tokens an account believes, and for which audiences.</summary>
public sealed class EmulatedOidcProvider(string account, string issuer)
{
    /// <summary>The address without its scheme, as ARNs and condition keys have it.</summary>
    public string Host { get; } = issuer.Replace("https://", "", StringComparison.Ordinal);

    public string Arn => $"arn:aws:iam::{Account}:oidc-provider/{Host}";

    public string Account { get; } = account;

    public HashSet<string> ClientIds { get; } = new(StringComparer.Ordinal);

    public List<string> Thumbprints { get; } = [];

    public ConcurrentDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    public DateTimeOffset Created { get; init; }
}
