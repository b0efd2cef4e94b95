using Towpath.Cli.Output;

namespace Towpath.Cli.Demo;

/// <summary>Sets the stage, lets the story be told, and clears everything away, whatever happens in between.</summary>
internal sealed class DemoRun(Terminal terminal, TimeProvider time, bool keep)
{
    private readonly Narrator _narrator = new(terminal);

    public async Task<DemoView> RunAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var folder = new DemoFolder(keep);
        var view = new DemoView
        {
            Ok = false, RolledBack = false, Checks = [], Builds = [], Seconds = 0, Environments = new Dictionary<string, DemoEnvironment>(StringComparer.Ordinal),
        };
        try
        {
            view = await TellAsync(folder, view, cancellationToken);
        }
        catch (DemoTrouble trouble)
        {
            view = view with { Error = trouble.Message };
        }

        return view with
        {
            Ok = view.Error is null && _narrator.AllCameTrue,
            Checks = _narrator.Checks,
            Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 1),
            Kept = keep ? folder.Root : null,
            GoOn = keep ? $"cd {folder.Delivery} && {Environment.GetEnvironmentVariable("TOWPATH_LAUNCHER") ?? Environment.ProcessPath} up" : null,
            LogIn = keep ? $"{folder.ControlPlane}login with the token in {folder.TokenFile}" : null,
        };
    }

    private async Task<DemoView> TellAsync(DemoFolder folder, DemoView view, CancellationToken cancellationToken)
    {
        var site = new DemoSite(folder);
        await site.InitializeAsync(cancellationToken);
        await using var server = await DemoServer.StartAsync(folder, time, cancellationToken);
        Introduce(folder);
        using var people = await DemoPeople.MeetAsync(folder, time, cancellationToken);
        using var visitor = new Visitor(folder);
        var story = new Story(_narrator, site, people, visitor);
        string? error = null;
        try
        {
            await story.TellAsync(cancellationToken);
        }
        catch (DemoTrouble trouble)
        {
            error = trouble.Message;
        }

        return view with
        {
            RolledBack = story.RolledBack,
            Builds = [.. story.Builds.Select(b => new DemoVersion(b.Version, b.Commit, b.Message, b.Digest))],
            Environments = await EnvironmentsAsync(folder, people, visitor, cancellationToken),
            Error = error,
        };
    }

    private void Introduce(DemoFolder folder)
    {
        terminal.Progress("A small documentation site goes from dev to production on this machine. Nothing is rebuilt on the way.");
        terminal.Progress("");
        terminal.Progress($"   control plane  {folder.ControlPlane}");
        foreach (var environment in DemoFolder.Environments) terminal.Progress($"   {environment,-13}  {folder.UrlOf(environment)}");
    }

    private static async Task<Dictionary<string, DemoEnvironment>> EnvironmentsAsync(DemoFolder folder, DemoPeople people, Visitor visitor, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, DemoEnvironment>(StringComparer.Ordinal);
        var application = await people.Administrator.LookAsync(cancellationToken);
        foreach (var environment in application.Environments)
            found[environment.Name] = new DemoEnvironment(
                environment.Running?.Version, environment.Running?.Digest, await visitor.AskAsync(environment.Name, cancellationToken), folder.UrlOf(environment.Name).ToString());
        return found;
    }
}
