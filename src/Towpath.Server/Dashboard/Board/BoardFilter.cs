using Microsoft.AspNetCore.Http.Extensions;
using Towpath.Server.Api;

namespace Towpath.Server.Dashboard.Board;

public enum BoardState
{
    All,

    /// <summary>Something failed here, or stands still since it did.</summary>
    Failed,

    /// <summary>A promotion waits for something.</summary>
    Waiting,
    Deploying,
    Locked,
}

/// <summary>What of the board is shown; it lives in the page's address.</summary>
/// <param name="Text">In the name or title of the application, or in a version.</param>
/// <param name="State">Only applications with an environment in that state.</param>
/// <param name="Page">From 1.</param>
public sealed record BoardFilter(string Text, BoardState State, int Page)
{
    private const int LongestText = 200;

    public bool IsAll => Text.Length == 0 && State == BoardState.All;

    public static BoardFilter Of(IQueryCollection query)
    {
        var text = query["q"].ToString().Trim();
        return new BoardFilter(
            text.Length > LongestText ? text[..LongestText] : text,
            StateOf(query["state"].ToString()),
            int.TryParse(query["page"], out var page) && page > 0 ? page : 1);
    }

    public string Address
    {
        get
        {
            var query = new QueryBuilder();
            if (Text.Length > 0) query.Add("q", Text);
            if (State != BoardState.All) query.Add("state", Word(State));
            if (Page > 1) query.Add("page", Page.ToString());
            return "/" + query;
        }
    }

    public bool Shows(BoardApplication application) =>
        Mentions(application) && (State == BoardState.All || application.Environments.Any(environment => Is(environment, State)));

    public bool Mentions(BoardApplication application) =>
        Text.Length == 0 || Has(application.Name) || Has(application.Title) || application.Environments.Any(Mentions);

    public static bool Is(EnvironmentView environment, BoardState state) => state switch
    {
        BoardState.All => true,
        BoardState.Failed => environment.Health == Health.Failed || environment.Suspension is not null || environment.Problem is not null,
        BoardState.Waiting => environment.Waiting.Count > 0,
        BoardState.Deploying => environment.Active is not null,
        BoardState.Locked => environment.Lock is not null,
    };

    public static string Word(BoardState state) => state switch
    {
        BoardState.All => "all",
        BoardState.Failed => "failed",
        BoardState.Waiting => "waiting",
        BoardState.Deploying => "deploying",
        BoardState.Locked => "locked",
    };

    private bool Mentions(EnvironmentView environment) =>
        Has(environment.Running?.Version) || Has(environment.Active?.Version) || environment.Waiting.Any(w => Has(w.Version));

    private bool Has(string? text) => text?.Contains(Text, StringComparison.OrdinalIgnoreCase) == true;

    private static BoardState StateOf(string word) =>
        Enum.GetValues<BoardState>().FirstOrDefault(state => string.Equals(Word(state), word, StringComparison.Ordinal));
}
