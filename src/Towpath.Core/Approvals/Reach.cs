using Towpath.Core.Applications;

namespace Towpath.Core.Approvals;

/// <summary>
/// Which approvals lead from a free place to a person who is free: along the way everybody who counts somewhere moves to the
/// next place. With <c>able</c> as it is now such an approval takes a place at once, with everybody who could approve it may.
/// </summary>
internal sealed class Reach
{
    private readonly HashSet<int> _wanting;
    private readonly HashSet<string> _free;
    private readonly IReadOnlyList<IReadOnlyList<string>> _eligible;

    /// <param name="rules">Whose places are to be taken.</param>
    /// <param name="seating">Who counts where now.</param>
    /// <param name="able">For each rule who can move to it.</param>
    /// <param name="eligible">For each rule who could approve for it.</param>
    public Reach(IReadOnlyList<ApprovalRule> rules, Seating seating, IReadOnlyList<IReadOnlyList<string>> able, IReadOnlyList<IReadOnlyList<string>> eligible)
    {
        _eligible = eligible;
        _wanting = Wanting(rules, seating, able);
        _free = Free(seating, able, eligible);
    }

    public bool Leads(string user, int rule) =>
        _wanting.Contains(rule) && _free.Contains(user) && _eligible[rule].Contains(user, StringComparer.OrdinalIgnoreCase);

    /// <summary>Rules with a free place, and those that would have one when somebody moves on to such a rule.</summary>
    private static HashSet<int> Wanting(IReadOnlyList<ApprovalRule> rules, Seating seating, IReadOnlyList<IReadOnlyList<string>> able)
    {
        var wanting = Enumerable.Range(0, rules.Count).Where(rule => seating.SeatedFor(rule).Count < rules[rule].Count).ToHashSet();
        var next = new Queue<int>(wanting);
        while (next.TryDequeue(out var rule))
            foreach (var user in able[rule])
                if (seating.RuleOf(user) is { } left && wanting.Add(left)) next.Enqueue(left);
        return wanting;
    }

    /// <summary>People who count nowhere yet, and those whose place somebody free can take.</summary>
    private static HashSet<string> Free(Seating seating, IReadOnlyList<IReadOnlyList<string>> able, IReadOnlyList<IReadOnlyList<string>> eligible)
    {
        var free = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var next = new Queue<string>();
        foreach (var user in eligible.SelectMany(users => users))
            if (seating.RuleOf(user) is null && free.Add(user)) next.Enqueue(user);
        while (next.TryDequeue(out var user))
            for (var rule = 0; rule < able.Count; rule++)
            {
                if (!able[rule].Contains(user, StringComparer.OrdinalIgnoreCase)) continue;
                foreach (var seated in seating.SeatedFor(rule))
                    if (free.Add(seated)) next.Enqueue(seated);
            }

        return free;
    }
}
