using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Core.Audit;

/// <summary>
/// The exported log: one JSON line for each sealed entry in the order of the chain, then one line with the head, signed where a key
/// is at hand. It can be verified without Towpath's database (<see cref="Verify"/>).
/// </summary>
public static class AuditExport
{
    public static string Line(SealedAuditEntry entry) => JsonSerializer.Serialize(entry, AuditJson.Default.SealedAuditEntry);

    public static string HeadLine(ChainHead head, byte[]? key) =>
        JsonSerializer.Serialize(new ExportHead(new ExportedHead(head.Position, head.Hash, key is null ? null : AuditChain.Sign(head, key))), AuditJson.Default.ExportHead);

    /// <summary>Finds the first changed, missing or reordered line, and a head that does not fit.</summary>
    /// <param name="lines">The exported file.</param>
    /// <param name="key">The key that the head was signed with; null to check the chain alone.</param>
    public static AuditVerification Verify(IEnumerable<string> lines, byte[]? key)
    {
        var head = ChainHead.Genesis;
        var number = 0;
        ExportedHead? last = null;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (last is not null) return Broken(number, "there is a line after the head; the head is the last line of an export");
            try
            {
                if (HeadOf(line) is { } found)
                {
                    last = found;
                    continue;
                }

                var entry = JsonSerializer.Deserialize(line, AuditJson.Default.SealedAuditEntry) ?? throw new JsonException("null");
                if (Check(head, entry) is { } problem) return Broken(number, problem);
                head = new ChainHead(entry.Position, entry.Hash);
            }
            catch (JsonException)
            {
                return Broken(number, "this is not a line of an audit export");
            }
        }

        return last is null
            ? Broken(number + 1, $"the head is missing: the export was cut off after entry {head.Position}")
            : CheckHead(number, head, last, key);
    }

    private static ExportedHead? HeadOf(string line) =>
        line.StartsWith("{\"head\":", StringComparison.Ordinal) ? JsonSerializer.Deserialize(line, AuditJson.Default.ExportHead)?.Head : null;

    private static string? Check(ChainHead head, SealedAuditEntry entry)
    {
        if (entry.Position > head.Position + 1) return $"entries {head.Position + 1} to {entry.Position - 1} are missing or stand elsewhere";
        if (entry.Position != head.Position + 1) return $"entry {entry.Position} stands where {head.Position + 1} belongs";
        return string.Equals(AuditChain.Hash(head, entry.Entry), entry.Hash, StringComparison.Ordinal)
            ? null
            : $"entry {entry.Position} ({entry.Entry.Action}) was changed, or the one before it: its hash does not fit";
    }

    private static AuditVerification CheckHead(int number, ChainHead head, ExportedHead last, byte[]? key)
    {
        if (last.Position != head.Position) return Broken(number, $"the head speaks of {last.Position} entries, the export has {head.Position}");
        if (!string.Equals(last.Hash, head.Hash, StringComparison.Ordinal)) return Broken(number, "the head's hash is not that of the last entry");
        if (key is null) return new AuditVerification(true, head.Position, null, null, SignatureChecked: false);
        var expected = AuditChain.Sign(head, key);
        return last.Signature is { } signature
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(expected))
            ? new AuditVerification(true, head.Position, null, null, SignatureChecked: true)
            : Broken(number, "the head's signature does not fit this key: another key, or an export that was made anew");
    }

    private static AuditVerification Broken(int line, string problem) => new(false, 0, line, problem, SignatureChecked: false);
}

/// <param name="Intact">Whether nothing was changed, removed or reordered.</param>
/// <param name="Entries">How many entries the chain has.</param>
/// <param name="Line">The first line that does not fit, from 1.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="SignatureChecked">Whether the head's signature was checked, too: without it, whoever can write the file could have made the whole chain anew.</param>
public sealed record AuditVerification(bool Intact, long Entries, int? Line, string? Problem, bool SignatureChecked);

internal sealed record ExportHead([property: JsonRequired] ExportedHead Head);

internal sealed record ExportedHead(long Position, string Hash, string? Signature = null);

/// <summary>Strict in reading: a line with anything more, twice or less than an export writes was changed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SealedAuditEntry))]
[JsonSerializable(typeof(string?[]), TypeInfoPropertyName = "StringArray")]
[JsonSerializable(typeof(ExportHead))]
internal sealed partial class AuditJson : JsonSerializerContext;
