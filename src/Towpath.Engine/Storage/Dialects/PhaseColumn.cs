using System.Collections.Frozen;
using System.Text.Json;
using Towpath.Core.Deployments;

namespace Towpath.Engine.Storage.Dialects;

/// <summary>Phases as the columns spell them, which is how the documents spell them.</summary>
internal static class PhaseColumn
{
    private static readonly FrozenDictionary<Phase, string> ToWord =
        Enum.GetValues<Phase>().ToFrozenDictionary(phase => phase, phase => JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString()));

    private static readonly FrozenDictionary<string, Phase> ToPhase = ToWord.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string Word(this Phase phase) => ToWord[phase];

    public static Phase Phase(string word) => ToPhase[word];

    /// <summary>A list for <c>IN (…)</c>. Phases are our own words, so they may stand in the text.</summary>
    public static string List(IEnumerable<Phase> phases) => string.Join(", ", phases.Select(phase => $"'{phase.Word()}'"));
}
