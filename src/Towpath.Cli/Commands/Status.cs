using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>What runs where.</summary>
internal sealed class Status : ServerVerb
{
    private readonly Argument<string?> _application = new("APPLICATION") { Description = "only this one", Arity = ArgumentArity.ZeroOrOne };

    public Status()
        : base("status", "what runs where, and what waits for whom") => Arguments.Add(_application);

    public override IReadOnlyList<string> Examples => ["towpath status", "towpath status web", "towpath status --json"];

    public override string JsonValue => "the board as GET /api/v1/board answers it: applications with their environments, and problems of the configuration";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync("board", ApiJson.Default.BoardView, cancellationToken);
        if (!answer.Is(out var board, out var failure)) return call.Fail(failure);
        if (call.Get(_application) is { } name)
        {
            board = board with { Applications = [.. board.Applications.Where(a => string.Equals(a.Name, name, StringComparison.Ordinal))] };
            if (board.Applications.Count == 0) return call.Fail(NoSuch(name));
        }

        return call.Done(board, ApiJson.Default.BoardView, output => new BoardText(call).Write(output, board));
    }

    private static Failure NoSuch(string name) =>
        new(ExitCodes.Wrong, "not_found", $"there is no application '{name}', or you may not read it", "`towpath status` shows those there are");
}

file sealed class BoardText(Call call)
{
    private readonly Paint _paint = call.Terminal.Paint;

    public void Write(TextWriter output, BoardView board)
    {
        foreach (var problem in board.Problems) call.Terminal.Warn(problem.ToString());
        if (board.Applications.Count == 0) call.Terminal.Hint("no applications yet: put an app spec into apps/ (docs/how-to/write-an-app-spec.md)");
        var table = new Table("APPLICATION", "ENVIRONMENT", "VERSION", "SINCE", "HEALTH", "NEXT");
        foreach (var environment in board.Applications.SelectMany(a => a.Environments)) table.Add(Row(environment));
        if (board.Applications.Count > 0) table.Write(output, _paint);
    }

    private (string, Func<string, string>?)[] Row(EnvironmentView e) =>
    [
        (e.Application, null), (e.Name, null), (e.Running?.Version ?? "-", null),
        (e.Running is { } running ? Ages.Of(running.Since, call.Time.GetUtcNow()) : "-", null),
        HealthCell(e.Health), (Next(e), null),
    ];

    private (string, Func<string, string>?) HealthCell(Health health) => health switch
    {
        Health.Healthy => ("healthy", _paint.Green),
        Health.Failed => ("failed", _paint.Red),
        Health.Unknown => ("nothing yet", null),
        Health.Deploying => ("deploying", null),
    };

    private static string Next(EnvironmentView e) => string.Join("; ", Notes(e));

    private static IEnumerable<string> Notes(EnvironmentView e)
    {
        if (e.Problem is { } problem) yield return problem;
        if (e.Lock is { } held) yield return $"locked by {held.Owner}: {held.Reason}";
        if (e.Pin is { } pin) yield return $"pinned to {pin.Version} by {pin.Owner}: {pin.Reason}";
        if (e.Suspension is { } suspension) yield return $"automatic promotion stands still: {suspension.Reason}";
        if (e.LastInWords is { } last) yield return $"{last} ({e.Last!.Deployment.Short})";
        if (e.Active is { } active) yield return $"{active.Version} {Words.Of(active.Phase)}{(active.WaitsFor is { } node ? $", waits for {node}" : "")}";
        if (e.Watch is { } watch) yield return watch.InWords;
        foreach (var waiting in e.Waiting) yield return waiting.WaitsFor is { } what ? $"{waiting.Version} waits for {what}" : $"{waiting.Version} {Words.Of(waiting.Phase)}";
    }
}
