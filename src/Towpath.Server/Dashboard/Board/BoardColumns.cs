using Towpath.Server.Api;

namespace Towpath.Server.Dashboard.Board;

/// <summary>One order of columns for applications that each have their own environments.</summary>
internal static class BoardColumns
{
    /// <summary>
    /// Every environment's name once, so that each application's own order is kept as far as they agree. Where two disagree, the one
    /// that comes first on the board wins.
    /// </summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<BoardApplication> applications)
    {
        var columns = new List<string>();
        foreach (var application in applications) Merge(columns, application.Environments);
        return columns;
    }

    private static void Merge(List<string> columns, IReadOnlyList<EnvironmentView> environments)
    {
        // Names that nobody had before stand before the next one that somebody had, or at the end.
        var at = columns.Count;
        foreach (var name in environments.Select(environment => environment.Name).Reverse())
        {
            var known = columns.IndexOf(name);
            if (known < 0) columns.Insert(at, name);
            else at = Math.Min(at, known);
        }
    }
}
