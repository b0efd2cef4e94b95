using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Towpath.Core.Audit;

/// <summary>The hash chain over audit entries: each hash covers the one before and the entry's canonical text.</summary>
public static class AuditChain
{
    /// <summary>Chains entries after a head, in the given order.</summary>
    public static (ChainHead Head, IReadOnlyList<AuditSeal> Seals) Seal(ChainHead head, IReadOnlyList<AuditEntry> entries)
    {
        var seals = new AuditSeal[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            head = new ChainHead(head.Position + 1, Hash(head, entries[i]));
            seals[i] = new AuditSeal(entries[i].Id, head.Position, head.Hash);
        }

        return (head, seals);
    }

    public static string Hash(ChainHead before, AuditEntry entry) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{before.Hash}\n{before.Position + 1}\n{Canonical(entry)}")));

    /// <summary>The signature of a head under the key that is kept outside the database: HMAC-SHA256, in hexadecimal.</summary>
    public static string Sign(ChainHead head, ReadOnlySpan<byte> key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"towpath-audit-head\n{head.Position}\n{head.Hash}")));

    /// <summary>The entry in one line, fields in a fixed order; instants in UTC with microseconds, which both stores keep.</summary>
    private static string Canonical(AuditEntry entry) => JsonSerializer.Serialize(
        [
            entry.Id, entry.At.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ"), entry.Actor, entry.Action,
            entry.Application, entry.Environment, entry.Deployment?.Value, entry.Details,
        ],
        AuditJson.Default.StringArray);
}
