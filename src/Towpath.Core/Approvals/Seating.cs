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
        // Where nobody is left for one place of a rule, nobody is for its others.
        int? exhausted = null;
        for (var seat = 0; seat < _ruleOf.Length; seat++)
            if (_ruleOf[seat] != exhausted && !Take(seat, new HashSet<string>(StringComparer.OrdinalIgnoreCase))) exhausted = _ruleOf[seat];
    }

    public int RuleAt(int seat) => _ruleOf[seat];

    /// <summary>For which rule somebody counts; null where for none.</summary>
    public int? RuleOf(string user) => _seatOf.TryGetValue(user, out var seat) ? _ruleOf[seat] : null;

    public IReadOnlyList<string> SeatedFor(int rule) => [.. _able[rule].Where(user => RuleOf(user) == rule)];

    public IReadOnlyList<int> FreeSeats => [.. Enumerable.Range(0, _ruleOf.Length).Where(seat => !_seatOf.ContainsValue(seat))];

    /// <summary>Lets people who approved for several roles move up, so that a free seat becomes one of a rule that is wanted. Nobody loses their place.</summary>
    /// <returns>Whether anybody moved.</returns>
    public bool Move(int freeSeat, Func<int, bool> isWanted)
    {
        var moves = new Dictionary<int, (string User, int To)>();
        var next = new Queue<int>([freeSeat]);
        while (next.TryDequeue(out var seat))
        {
            if (isWanted(_ruleOf[seat]))
            {
                var moved = seat != freeSeat;
                for (; seat != freeSeat; seat = moves[seat].To) _seatOf[moves[seat].User] = moves[seat].To;
                return moved;
            }

            foreach (var user in _able[_ruleOf[seat]])
                if (_seatOf.TryGetValue(user, out var left) && moves.TryAdd(left, (user, seat))) next.Enqueue(left);
        }

        return false;
    }

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
