using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Core.Artifacts;

/// <summary>Names immutable bytes: <c>sha256:</c> and 64 lower-case hexadecimal digits (OCI image specification, "Digests").</summary>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest
{
    private const string Prefix = "sha256:";
    private const int Length = 71;

    private readonly string? _value;

    private Digest(string value) => _value = value;

    public string Value => _value ?? "";

    /// <summary>All 64 hexadecimal digits, without the algorithm: the form for names of files and folders.</summary>
    public string Hex => Value.Length == Length ? Value[Prefix.Length..] : Value;

    /// <summary>The first twelve hexadecimal digits, for people. Never a name for bytes: two artifacts that share them are quickly made.</summary>
    public string Short => Value.Length == Length ? Value.Substring(Prefix.Length, 12) : Value;

    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is not { Length: Length } || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        foreach (var c in text.AsSpan(Prefix.Length))
            if (!char.IsAsciiHexDigitLower(c)) return false;
        digest = new Digest(text);
        return true;
    }

    /// <exception cref="FormatException">The text is not a SHA-256 digest.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a digest of the form sha256:<64 hexadecimal digits>.");

    public static Digest FromHash(ReadOnlySpan<byte> sha256) => new(Prefix + Convert.ToHexStringLower(sha256));

    public static Digest Of(ReadOnlySpan<byte> bytes) => FromHash(SHA256.HashData(bytes));

    public static Digest Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static async Task<Digest> OfAsync(Stream stream, CancellationToken cancellationToken) =>
        FromHash(await SHA256.HashDataAsync(stream, cancellationToken));

    public override string ToString() => Value;
}

/// <summary>Writes a digest as its text.</summary>
public sealed class DigestJsonConverter : JsonConverter<Digest>
{
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Digest.TryParse(reader.GetString(), out var digest) ? digest : throw new JsonException("not a digest of the form sha256:<64 hexadecimal digits>");

    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
