using Towpath.Core.Applications;

namespace Towpath.Core.Approvals;

/// <summary>
/// Assigns people to rules so that each counts for one rule and as many approvals as possible count. Whoever approved for two
/// roles makes room when somebody else can take one of them; otherwise the order of the rules would decide whether a gate opens.
/// </summary>
internal sealed class Seating
{
    private readonly Dictionary<string, int> _seatOf = new(StringComparer.OrdinalIgnoreCase);
    private readonly int[] _ruleOf;
    private readonly IReadOnlyList<IReadOnlyList<string>> _able;

    /// <param name="rules">Each has as many seats as it asks for people.</param>
    /// <param name="able">For each rule the people whose approval for its role counts.</param>
    public Seating(IReadOnlyList<ApprovalRule> rules, IReadOnlyList<IReadOnlyList<string>> able)
    {
        _able = able;
        _ruleOf = [.. rules.SelectMany((rule, index) => Enumerable.Repeat(index, rule.Count))];
        for (var seat = 0; seat < _ruleOf.Length; seat++) Take(seat, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
    }

    public bool IsSeated(string user) => _seatOf.ContainsKey(user);

    public IReadOnlyList<string> SeatedFor(int rule) => [.. _able[rule].Where(user => _seatOf.TryGetValue(user, out var seat) && _ruleOf[seat] == rule)];

    private bool Take(int seat, HashSet<string> asked)
    {
        foreach (var user in _able[_ruleOf[seat]])
        {
            if (!asked.Add(user) || (_seatOf.TryGetValue(user, out var other) && !Take(other, asked))) continue;
            _seatOf[user] = seat;
            return true;
        }

        return false;
    }
}
