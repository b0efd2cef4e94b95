using System.Globalization;
using System.Text.Json;
using Towpath.Core.Applications.Grammar;

namespace Towpath.GitHub.Webhooks;

/// <summary>
/// Reads fields of JSON that nobody vouches for. The first field that is missing, of another type or beyond any sense is remembered, and from
/// then on every answer is a default: the reader goes on without a check at each step, and asks once at the end.
/// </summary>
internal sealed class JsonFields
{
    private const int LongestName = 500;
    private readonly Trouble _trouble;
    private readonly JsonElement _element;
    private readonly string _path;

    private JsonFields(JsonElement element, string path, Trouble trouble) => (_element, _path, _trouble) = (element, path, trouble);

    public JsonFields(JsonElement root)
        : this(root, "", new Trouble())
    {
        if (root.ValueKind != JsonValueKind.Object) _trouble.What ??= "the payload is not a JSON object";
    }

    /// <summary>Null while everything is as it should be.</summary>
    public string? Wrong => _trouble.What;

    public void Refuse(string name, string why) => _trouble.What ??= $"`{_path}{name}` {why}";

    /// <summary>As it stands, for what has a reader of its own; null where it is not there.</summary>
    public JsonElement? Raw(string name) => Find(name);

    public bool Has(string name) => Find(name) is { ValueKind: not JsonValueKind.Null };

    public JsonFields Object(string name) => OptionalObject(name) ?? Missing(name, new JsonFields(default, $"{_path}{name}.", _trouble));

    public JsonFields? OptionalObject(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } found => new JsonFields(found, $"{_path}{name}.", _trouble),
        _ => Retyped<JsonFields?>(name, "an object"),
    };

    public IReadOnlyList<JsonFields> Objects(string name)
    {
        if (Find(name) is not { ValueKind: not JsonValueKind.Null } list) return [];
        if (list.ValueKind != JsonValueKind.Array) return Retyped<IReadOnlyList<JsonFields>>(name, "a list") ?? [];
        var items = new List<JsonFields>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object) return Retyped<IReadOnlyList<JsonFields>>(name, "a list of objects") ?? [];
            items.Add(new JsonFields(item, $"{_path}{name}[].", _trouble));
        }

        return items;
    }

    /// <summary>An id or a count: a whole number above zero.</summary>
    public long Id(string name) => OptionalId(name) ?? Missing(name, 0L);

    public long? OptionalId(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } found when found.TryGetInt64(out var number) && number > 0 => number,
        _ => Retyped<long?>(name, "a whole number above zero"),
    };

    public bool Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => Retyped<bool>(name, "true or false"),
    };

    /// <summary>A name that things are found by: never empty, never cut.</summary>
    public string Name(string name) => OptionalName(name) ?? Missing(name, "");

    public string? OptionalName(string name)
    {
        var text = Text(name);
        if (text is null) return null;
        if (text.Length is 0 or > LongestName || text.Any(char.IsControl)) return Retyped<string?>(name, $"a name of 1 to {LongestName} characters");
        return text;
    }

    /// <summary>A name that anybody may make up beside what else is told: one that is none of ours, since it has control characters or is too long, is null and spoils nothing.</summary>
    public string? FreeName(string name)
    {
        var text = Text(name);
        if (text is null) return Missing<string?>(name, null);
        return text.Length is 0 or > LongestName || text.Any(char.IsControl) ? null : text;
    }

    /// <summary>Text for people; cut where it is longer.</summary>
    public string Words(string name, int longest = 1000)
    {
        var text = Text(name) ?? "";
        return text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }

    public string Sha(string name) => OptionalSha(name) ?? Missing(name, "");

    public string? OptionalSha(string name) => Text(name) switch
    {
        null => null,
        { Length: 40 or 64 } sha when sha.All(char.IsAsciiHexDigitLower) => sha,
        _ => Retyped<string?>(name, "the id of a commit"),
    };

    public string RepositoryName(string name)
    {
        var text = Name(name);
        return text.Length == 0 || Texts.IsRepository(text) ? text : Retyped<string?>(name, "owner/name") ?? "";
    }

    /// <summary>An http or https address; anything else is left out, since it is only ever shown.</summary>
    public string? Link(string name) =>
        Text(name) is { Length: <= 2000 } text && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && !text.Any(char.IsControl) ? text : null;

    public DateTimeOffset Instant(string name) => OptionalInstant(name) ?? Missing(name, DateTimeOffset.UnixEpoch);

    /// <summary>RFC 3339, or seconds since 1970, as push events have some of theirs.</summary>
    public DateTimeOffset? OptionalInstant(string name)
    {
        if (Find(name) is not { ValueKind: not JsonValueKind.Null } found) return null;
        if (found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out var seconds) && seconds is > 0 and < 32_503_680_000) return DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (found.ValueKind == JsonValueKind.String && Text(name) is { Length: <= 40 } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && at.Year is >= 1970 and < 3000) return at;
        return Retyped<DateTimeOffset?>(name, "an instant");
    }

    private string? Text(string name)
    {
        if (Find(name) is not { ValueKind: not JsonValueKind.Null } found) return null;
        if (found.ValueKind != JsonValueKind.String) return Retyped<string?>(name, "text");
        try
        {
            return found.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are no UTF-8.
            return Retyped<string?>(name, "text in Unicode");
        }
    }

    private JsonElement? Find(string name) => _element.ValueKind == JsonValueKind.Object && _element.TryGetProperty(name, out var found) ? found : null;

    private T Missing<T>(string name, T instead)
    {
        _trouble.What ??= $"`{_path}{name}` is missing";
        return instead;
    }

    private T? Retyped<T>(string name, string expected)
    {
        _trouble.What ??= $"`{_path}{name}` is not {expected}";
        return default;
    }

    private sealed class Trouble
    {
        public string? What { get; set; }
    }
}
