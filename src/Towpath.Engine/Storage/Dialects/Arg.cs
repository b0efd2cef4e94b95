using System.Text;

namespace Towpath.Engine.Storage.Dialects;

internal enum ArgKind
{
    Text,
    Number,
    Flag,
    Texts,
    Numbers,
    Bytes,

    /// <summary>For statements of PostgreSQL only.</summary>
    BytesList,
}

/// <summary>One argument of a statement. Its kind is fixed even where its value is null, so that prepared statements keep their types.</summary>
internal readonly struct Arg
{
    private Arg(ArgKind kind, object? list = null, long? number = null)
    {
        Kind = kind;
        List = list;
        Number = number;
    }

    public ArgKind Kind { get; }

    public object? List { get; }

    public long? Number { get; }

    public string? Text => (string?)List;

    public bool Flag => Number == 1;

    public static implicit operator Arg(string? text) => new(ArgKind.Text, Storable(text));

    public static implicit operator Arg(long number) => new(ArgKind.Number, number: number);

    public static implicit operator Arg(long? number) => new(ArgKind.Number, number: number);

    public static implicit operator Arg(bool flag) => new(ArgKind.Flag, number: flag ? 1 : 0);

    public static implicit operator Arg(DateTimeOffset at) => new(ArgKind.Number, number: at.ToMicroseconds());

    public static implicit operator Arg(DateTimeOffset? at) => new(ArgKind.Number, number: at?.ToMicroseconds());

    public static implicit operator Arg(string[] texts) => new(ArgKind.Texts, Array.ConvertAll(texts, text => Storable(text)!));

    public static implicit operator Arg(long[] numbers) => new(ArgKind.Numbers, numbers);

    public static implicit operator Arg(byte[] bytes) => new(ArgKind.Bytes, bytes);

    public static implicit operator Arg(byte[][] list) => new(ArgKind.BytesList, list);

    /// <summary>PostgreSQL's text takes neither NUL nor half a surrogate pair; what people and commands print may contain both.</summary>
    private static string? Storable(string? text)
    {
        if (text is null || (!text.Contains('\0', StringComparison.Ordinal) && text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append(rune.Value == 0 ? "\uFFFD" : rune.ToString());
        return clean.ToString();
    }
}
