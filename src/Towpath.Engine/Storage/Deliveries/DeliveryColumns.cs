using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Towpath.Engine.Storage.Deliveries;

/// <summary>How columns spell what a delivery has.</summary>
internal static class DeliveryColumns
{
    private static readonly FrozenDictionary<DeliveryState, string> ToWord =
        Enum.GetValues<DeliveryState>().ToFrozenDictionary(state => state, state => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()));

    private static readonly FrozenDictionary<string, DeliveryState> ToState = ToWord.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string Word(this DeliveryState state) => ToWord[state];

    public static DeliveryState State(string word) => ToState[word];

    /// <summary>
    /// A GUID with the parts that hold the time in front, the highest first (RFC 9562, version 1 as version 6 has it): GitHub's are of that
    /// kind, and would otherwise fall on every page of the index.
    /// </summary>
    public static string Key(this Guid guid)
    {
        var text = guid.ToString("N", CultureInfo.InvariantCulture);
        return string.Concat(text.AsSpan(12, 4), text.AsSpan(8, 4), text.AsSpan(0, 8), text.AsSpan(16, 16));
    }

    public static Guid Guid(string key) =>
        System.Guid.ParseExact(string.Concat(key.AsSpan(8, 8), key.AsSpan(4, 4), key.AsSpan(0, 4), key.AsSpan(16, 16)), "N");
}
