using Towpath.Core.Applications;

namespace Towpath.Core.Approvals;

/// <summary>The ways in which approvals can be complete, each a set of rules that must all be met: one branch of each <c>any</c>.</summary>
internal static class Ways
{
    /// <param name="needs">All of them.</param>
    /// <returns>In the order written; rules by their place among all rules of the needs.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Of(IReadOnlyList<ApprovalNeed> needs)
    {
        var next = 0;
        return OfAll(needs, ref next);
    }

    private static IReadOnlyList<IReadOnlyList<int>> Of(ApprovalNeed need, ref int next) => need switch
    {
        ApprovalRule => [[next++]],
        AllNeed all => OfAll(all.Of, ref next),
        AnyNeed any => OfAny(any.Of, ref next),
        _ => throw new InvalidOperationException($"{need.GetType().Name} has no ways"),
    };

    private static IReadOnlyList<IReadOnlyList<int>> OfAll(IReadOnlyList<ApprovalNeed> needs, ref int next)
    {
        IReadOnlyList<IReadOnlyList<int>> ways = [[]];
        foreach (var need in needs)
        {
            var further = Of(need, ref next);
            ways = [.. ways.SelectMany(_ => further, IReadOnlyList<int> (way, more) => [.. way, .. more])];
        }

        return ways;
    }

    private static List<IReadOnlyList<int>> OfAny(IReadOnlyList<ApprovalNeed> needs, ref int next)
    {
        var ways = new List<IReadOnlyList<int>>();
        foreach (var need in needs) ways.AddRange(Of(need, ref next));
        return ways;
    }
}
