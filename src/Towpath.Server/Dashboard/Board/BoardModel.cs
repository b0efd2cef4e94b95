using Towpath.Core.Applications;
using Towpath.Server.Api;

namespace Towpath.Server.Dashboard.Board;

/// <summary>The board as one reader asked for it.</summary>
public sealed record BoardModel
{
    private const int PageSize = 100;

    public required BoardFilter Filter { get; init; }

    /// <summary>How many applications each state would show under the same text.</summary>
    public required IReadOnlyDictionary<BoardState, int> Counts { get; init; }
    public required IReadOnlyList<string> Columns { get; init; }
    public required IReadOnlyList<BoardApplication> Rows { get; init; }
    public required int Pages { get; init; }
    public required int Found { get; init; }

    /// <summary>Whether there is any application at all.</summary>
    public required bool IsEmpty { get; init; }
    public required IReadOnlyList<SpecError> Problems { get; init; }

    public static BoardModel Of(BoardView board, BoardFilter filter)
    {
        var found = board.Applications.Where(filter.Shows).ToList();
        var pages = Math.Max(1, (found.Count + PageSize - 1) / PageSize);
        var page = Math.Min(filter.Page, pages);
        BoardApplication[] rows = [.. found.Skip((page - 1) * PageSize).Take(PageSize)];
        return new BoardModel
        {
            Filter = filter with { Page = page },
            Counts = Count([.. board.Applications.Where(filter.Mentions)]),
            Columns = BoardColumns.Of(rows),
            Rows = rows,
            Pages = pages,
            Found = found.Count,
            IsEmpty = board.Applications.Count == 0,
            Problems = board.Problems,
        };
    }

    private static Dictionary<BoardState, int> Count(IReadOnlyList<BoardApplication> applications) => Enum.GetValues<BoardState>()
        .ToDictionary(state => state, state => applications.Count(a => state == BoardState.All || a.Environments.Any(e => BoardFilter.Is(e, state))));
}
