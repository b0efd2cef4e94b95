using Towpath.Core.Applications;

namespace Towpath.Core.Approvals;

/// <summary>Who counts for which rule in one way to have all approvals, and whose further approval would bring it nearer. Rules are meant by their place among those of the way.</summary>
public sealed class Way
{
    private readonly IReadOnlyList<Candidates> _rules;
    private readonly IReadOnlyList<ApprovalRule> _asked;
    private readonly IReadOnlyList<IReadOnlyList<string>> _given;
    private readonly IReadOnlyList<IReadOnlyList<string>> _eligible;
    private readonly Seating _seating;
    private Reach? _now;
    private Reach? _withOthers;

    internal Way(IReadOnlyList<Candidates> rules)
    {
        _rules = rules;
        _asked = [.. rules.Select(rule => rule.Rule)];
        _given = [.. rules.Select(rule => rule.Given)];
        _eligible = [.. rules.Select(rule => rule.Eligible)];
        _seating = new Seating(_asked, _given);
        // A place stays free where somebody new could take it, rather than where only those could who have approved already.
        MoveFreePlaces(TakesPlace);
        MoveFreePlaces(Helps);
    }

    /// <summary>The rules of it, in the order written.</summary>
    public IReadOnlyList<ApprovalRule> Rules => _asked;

    /// <summary>How many approvals it lacks.</summary>
    public int Missing => _seating.FreeSeats.Count;

    /// <summary>Whether there are enough people to complete it.</summary>
    public bool CanBeComplete => Missing == 0 || new Seating(_asked, [.. _rules.Select(rule => rule.Everybody)]).FreeSeats.Count == 0;

    /// <summary>Who counts for a rule.</summary>
    public IReadOnlyList<string> SeatedFor(int rule) => _seating.SeatedFor(rule);

    /// <summary>
    /// Whose approval a rule waits for. Somebody who counts for another rule is named only where nobody else can be: their approval
    /// counts here as soon as another person takes their place there.
    /// </summary>
    public IReadOnlyList<string> MayAct(int rule)
    {
        if (SeatedFor(rule).Count >= _asked[rule].Count) return [];
        IReadOnlyList<string> atOnce = [.. _eligible[rule].Where(user => TakesPlace(user, rule))];
        return atOnce.Count > 0 ? atOnce : [.. _eligible[rule].Where(user => Helps(user, rule))];
    }

    /// <summary>Whether this approval, with what others may still give, makes one more rule's place taken.</summary>
    public bool Helps(string user, int rule) => IsNew(user, rule) && WithOthers.Leads(user, rule);

    /// <summary>
    /// The rule that this person should act for, of several the one that the fewest people could: one of which a place is taken at once, else one
    /// that names them, else, where nobody's approval takes a place at once, one that helps. Null where none is left.
    /// </summary>
    public int? Choose(string user)
    {
        var rules = Enumerable.Range(0, _rules.Count).OrderBy(rule => _eligible[rule].Count).Cast<int?>().ToList();
        return rules.Find(rule => TakesPlace(user, rule!.Value))
            ?? rules.Find(rule => MayAct(rule!.Value).Contains(user, StringComparer.OrdinalIgnoreCase))
            ?? (IsStuck ? rules.Find(rule => Helps(user, rule!.Value)) : null);
    }

    private Reach Now => _now ??= new Reach(_asked, _seating, _given, _eligible);

    private Reach WithOthers => _withOthers ??= new Reach(_asked, _seating, _eligible, _eligible);

    private void MoveFreePlaces(Func<string, int, bool> isWanted)
    {
        // The places of one rule are alike: until somebody moves, one answer is the answer for all.
        var settled = new HashSet<int>();
        foreach (var seat in _seating.FreeSeats)
        {
            if (!settled.Add(_seating.RuleAt(seat))) continue;
            if (!_seating.Move(seat, rule => _eligible[rule].Any(user => isWanted(user, rule)))) continue;
            _now = _withOthers = null;
            settled.Clear();
        }
    }

    private bool IsStuck => !Enumerable.Range(0, _rules.Count).Any(rule => _eligible[rule].Any(user => TakesPlace(user, rule)));

    private bool TakesPlace(string user, int rule) => IsNew(user, rule) && Now.Leads(user, rule);

    private bool IsNew(string user, int rule) => !_given[rule].Contains(user, StringComparer.OrdinalIgnoreCase);
}
