using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>
/// Brings together what is done to many rows alike, see <see cref="Several"/>. What comes out has the same effect as one call after another: those about the same
/// row keep their order, and nothing passes a statement that does not say which rows it is about.
/// </summary>
internal sealed class Gathering
{
    private readonly Dictionary<(int Round, Statement Statement), List<Call>> _alike = [];
    private readonly List<(int Round, Turn Turn, List<Call> Calls)> _all = [];
    private readonly Dictionary<int, (int Round, Turn Turn, Statement Statement)> _last = [];
    private int[] _lines = [];
    private int _first;
    private int _next;

    public void Begin(IReadOnlyCollection<string> lines, bool isLast)
    {
        _lines = [.. lines.Select(Touch.OfLine)];
        if (isLast) _first = _next;
    }

    public void Add(Call call)
    {
        if (call.Statement.Several is not { } several)
        {
            _all.Add((_next++, default, [call]));
            _first = _next;
            return;
        }

        int[] keys = [.. several.Touches.Select(touch => touch.Of(call.Args)), .. several.TouchesLines ? _lines : []];
        var round = _first;
        foreach (var key in keys)
            if (_last.TryGetValue(key, out var last)) round = Math.Max(round, IsBefore(last.Turn, last.Statement, call.Statement) ? last.Round : last.Round + 1);
        foreach (var key in keys) _last[key] = (round, several.Turn, call.Statement);
        _next = Math.Max(_next, round + 1);
        if (!_alike.TryGetValue((round, call.Statement), out var alike))
        {
            _alike[(round, call.Statement)] = alike = [];
            _all.Add((round, several.Turn, alike));
        }

        alike.Add(call);
    }

    public IReadOnlyList<IReadOnlyList<Call>> InTurn() => [.. _all.OrderBy(some => some.Round).ThenBy(some => some.Turn).Select(some => some.Calls)];

    private static bool IsBefore(Turn last, Statement statement, Statement next) =>
        last < next.Several!.Turn || (ReferenceEquals(statement, next) && next.Several.MayRepeat);
}
