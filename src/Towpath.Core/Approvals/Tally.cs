using Towpath.Core.Gates;

namespace Towpath.Core.Approvals;

/// <summary>How near each way to have all approvals of one promotion is to being complete. One complete way is enough.</summary>
public sealed class Tally
{
    private Tally(GateInput input)
    {
        Candidates[] rules = [.. input.Environment.Approvals.SelectMany(need => need.Rules).Select(rule => Candidates.Of(rule, input))];
        Way[] ways = [.. Approvals.Ways.Of(input.Environment.Approvals).Select(way => new Way([.. way.Select(rule => rules[rule])]))];
        // What nobody can complete is left out, unless there is nothing else.
        Way[] hopeful = ways.Length == 1 ? ways : [.. ways.Where(way => way.CanBeComplete)];
        Ways = [.. (hopeful.Length > 0 ? hopeful : ways).OrderBy(way => way.Missing)];
    }

    public static Tally Of(GateInput input) => new(input);

    /// <summary>The nearest first; of those that are equally near, in the order written.</summary>
    public IReadOnlyList<Way> Ways { get; }

    public Way Best => Ways[0];

    public bool IsComplete => Best.Missing == 0;

    /// <summary>Whether an approval for this party brings any way nearer.</summary>
    public bool Helps(string user, string party) => !IsComplete && Ways.Any(way => RulesOf(way, party).Any(rule => way.Helps(user, rule)));

    /// <summary>For whom this person should act: in the nearest way in which they can. Null where none is left.</summary>
    public string? Choose(string user) => IsComplete ? null : Ways.Select(way => way.Choose(user) is { } rule ? way.Rules[rule].Role : null).FirstOrDefault(party => party is not null);

    private static IEnumerable<int> RulesOf(Way way, string party) =>
        Enumerable.Range(0, way.Rules.Count).Where(rule => string.Equals(way.Rules[rule].Role, party, StringComparison.Ordinal));
}
