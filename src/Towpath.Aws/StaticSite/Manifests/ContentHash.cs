using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Aws.StaticSite.Manifests;

/// <summary>A SHA-256 in 32 bytes, as a site of a hundred thousand files keeps many.</summary>
[JsonConverter(typeof(ContentHashJsonConverter))]
internal readonly record struct ContentHash(ulong A, ulong B, ulong C, ulong D)
{
    private const int Length = 32;

    public static ContentHash Of(ReadOnlySpan<byte> sha256) => new(
        BinaryPrimitives.ReadUInt64BigEndian(sha256), BinaryPrimitives.ReadUInt64BigEndian(sha256[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(sha256[16..]), BinaryPrimitives.ReadUInt64BigEndian(sha256[24..]));

    public string Hex
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Length];
            CopyTo(bytes);
            return Convert.ToHexStringLower(bytes);
        }
    }

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], D);
    }

    public static ContentHash? Parse(ReadOnlySpan<byte> hex)
    {
        Span<byte> bytes = stackalloc byte[Length];
        return hex.Length == 2 * Length && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? Of(bytes) : null;
    }

    public override string ToString() => Hex;
}

/// <summary>Writes a hash as 64 hexadecimal digits.</summary>
internal sealed class ContentHashJsonConverter : JsonConverter<ContentHash>
{
    public override ContentHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<byte> hex = stackalloc byte[64];
        if (reader.TokenType != JsonTokenType.String || (reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length) != hex.Length) throw new JsonException("not a SHA-256");
        reader.CopyString(hex);
        return ContentHash.Parse(hex) ?? throw new JsonException("not a SHA-256");
    }

    public override void Write(Utf8JsonWriter writer, ContentHash value, JsonSerializerOptions options)
    {
        Span<byte> bytes = stackalloc byte[32];
        Span<byte> hex = stackalloc byte[64];
        value.CopyTo(bytes);
        Convert.TryToHexStringLower(bytes, hex, out _);
        writer.WriteStringValue(hex);
    }
}

/// <summary>Reads a text that repeats itself over and over, such as a media type, as one string.</summary>
internal sealed class RepeatedTextJsonConverter : JsonConverter<string>
{
    private const int MostKept = 1000;

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString() ?? throw new JsonException("a text is missing");
        return Known.Count < MostKept ? Known.GetOrAdd(text, text) : Known.GetValueOrDefault(text, text);
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
