using System.Globalization;

namespace Towpath.Core.Releases;

public enum Bump
{
    Patch,
    Minor,
    Major,
}

/// <summary>A version by Semantic Versioning 2.0.0. Build metadata is read and not kept, since it orders nothing.</summary>
public readonly record struct SemVersion(long Major, long Minor, long Patch, string Prerelease = "") : IComparable<SemVersion>
{
    private const int Longest = 128;

    public static SemVersion Zero { get; } = new(0, 0, 0);

    public bool IsPrerelease => !string.IsNullOrEmpty(Prerelease);

    /// <summary>The next release after this one. One that was prepared by pre-releases is not passed over.</summary>
    public SemVersion Next(Bump bump) => bump switch
    {
        Bump.Major => IsPrerelease && Minor == 0 && Patch == 0 ? Release : new SemVersion(Major + 1, 0, 0),
        Bump.Minor => IsPrerelease && Patch == 0 ? Release : new SemVersion(Major, Minor + 1, 0),
        Bump.Patch => IsPrerelease ? Release : new SemVersion(Major, Minor, Patch + 1),
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}{(IsPrerelease ? "-" + Prerelease : "")}");

    public int CompareTo(SemVersion other)
    {
        var order = Major.CompareTo(other.Major);
        if (order == 0) order = Minor.CompareTo(other.Minor);
        if (order == 0) order = Patch.CompareTo(other.Patch);
        return order != 0 ? order : ComparePrereleases(Prerelease ?? "", other.Prerelease ?? "");
    }

    public static bool operator <(SemVersion a, SemVersion b) => a.CompareTo(b) < 0;

    public static bool operator >(SemVersion a, SemVersion b) => a.CompareTo(b) > 0;

    public static bool operator <=(SemVersion a, SemVersion b) => a.CompareTo(b) <= 0;

    public static bool operator >=(SemVersion a, SemVersion b) => a.CompareTo(b) >= 0;

    /// <summary>Null where it is none; <c>v1.2.3</c> is a tag, not a version.</summary>
    public static SemVersion? TryParse(string text)
    {
        if (text.Length > Longest) return null;
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        if (plus >= 0 && !AreIdentifiers(text[(plus + 1)..], numbersAreStrict: false)) return null;
        var whole = plus < 0 ? text : text[..plus];
        var dash = whole.IndexOf('-', StringComparison.Ordinal);
        var prerelease = dash < 0 ? "" : whole[(dash + 1)..];
        if (dash >= 0 && !AreIdentifiers(prerelease, numbersAreStrict: true)) return null;
        var numbers = (dash < 0 ? whole : whole[..dash]).Split('.');
        return numbers.Length == 3 && Number(numbers[0]) is { } major && Number(numbers[1]) is { } minor && Number(numbers[2]) is { } patch
            ? new SemVersion(major, minor, patch, prerelease)
            : null;
    }

    private SemVersion Release => this with { Prerelease = "" };

    private static long? Number(string text) => text is { Length: > 0 and <= 18 } && IsNumber(text) && (text.Length == 1 || text[0] != '0') ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    private static bool AreIdentifiers(string text, bool numbersAreStrict) => text.Split('.').All(part =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && !(numbersAreStrict && part.Length > 1 && part[0] == '0' && IsNumber(part)));

    // A release comes after its pre-releases; numbers count by their value and before words; more parts come after fewer.
    private static int ComparePrereleases(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0) return b.Length.CompareTo(a.Length);
        string[] left = a.Split('.'), right = b.Split('.');
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
            if (CompareParts(left[i], right[i]) is not 0 and var order) return order;
        return left.Length.CompareTo(right.Length);
    }

    private static int CompareParts(string a, string b) => (IsNumber(a), IsNumber(b)) switch
    {
        (true, true) => a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(a, b),
    };

    private static bool IsNumber(string text) => text.All(char.IsAsciiDigit);
}
