using Towpath.Core.Calling;
using Towpath.Core.Targets;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Api;
using Towpath.Server.Features.GitHub.Teams;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>The App, where it is installed, and what it lacks there. GitHub is asked; where it does not answer soon, what is known here is told.</summary>
public sealed class ShowApp(Access access, AppSource source, StoredApps stored, InstallationsApi installations, StoredTeams teams, GitHubHost host, TimeProvider time)
{
    private const int MostInstallations = 200;

    /// <summary>Somebody waits for the page.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/github/app", async (HttpContext http, ShowApp use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), cancellationToken)).ToHttp())
        .WithName("showGitHubApp").WithSummary("The GitHub App, where it is installed, and what it lacks there.").WithTags("github")
        .Produces<GitHubAppView>().Needs(Permission.Administer);

    public async Task<Answer<GitHubAppView>> HandleAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        if (source.Current is not { } app) return Without() with { Teams = Teams };
        var view = Known(app.AppId, app.Slug) with { TakesDeliveries = app.WebhookSecret.Length > 0, LogsIn = app.ClientId is not null && app.ClientSecret is not null, Teams = Teams };
        return await AskAsync(view, cancellationToken);
    }

    private IReadOnlyList<GitHubTeamView> Teams => [.. teams.Readings.Select(t => new GitHubTeamView(t.Team, t.Members.Count, t.ReadAt, t.Problem))];

    private GitHubAppView Without() => new()
    {
        Source = source.IsConfigured ? "settings" : stored.IsUnreadable ? "dashboard" : null,
        Problem = source.IsConfigured ? "The settings name an App, but not all of it: `app_id`, `private_key` and `webhook_secret` belong together."
            : stored.IsUnreadable ? "The App in the database cannot be opened with data-protection.key of this machine's data folder. Restore that file, or remove the App here and create another."
            : null,
    };

    private GitHubAppView Known(long id, string? slug)
    {
        var view = new GitHubAppView { Source = source.IsConfigured ? "settings" : "dashboard", AppId = id };
        var known = source.IsConfigured ? null : stored.Current;
        return Addressed(view with { Name = known?.Name, Owner = known?.Owner, CreatedBy = known?.CreatedBy, CreatedAt = known?.CreatedAt }, slug, isOrganization: false);
    }

    private async Task<GitHubAppView> AskAsync(GitHubAppView view, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(Patience, time, cancellationToken);
        try
        {
            var told = await installations.AppAsync(deadline.Token);
            view = Addressed(view with { Name = told.Name, Owner = told.Owner?.Login ?? view.Owner }, told.Slug, told.Owner?.Type == "Organization");
            var where = new List<GitHubInstallationView>();
            await foreach (var installation in installations.ListAsync(deadline.Token))
                if (where.Count < MostInstallations) where.Add(Of(installation));
            return view with { Installations = [.. where.OrderBy(i => i.Account, StringComparer.OrdinalIgnoreCase)] };
        }
        catch (Exception exception) when (exception is IExplainedFault or IOException)
        {
            return view with { Problem = exception is IExplainedFault fault ? fault.Explanation : exception.Message };
        }
        catch (OperationCanceledException exception) when (deadline.IsOver(exception))
        {
            return view with { Problem = "GitHub does not answer soon enough; load the page again." };
        }
    }

    private GitHubAppView Addressed(GitHubAppView view, string? slug, bool isOrganization) => slug is null ? view : view with
    {
        Slug = slug,
        Url = Web($"apps/{Uri.EscapeDataString(slug)}"),
        InstallUrl = Web($"apps/{Uri.EscapeDataString(slug)}/installations/new"),
        SettingsUrl = Web(isOrganization ? $"organizations/{Uri.EscapeDataString(view.Owner ?? "")}/settings/apps/{Uri.EscapeDataString(slug)}" : $"settings/apps/{Uri.EscapeDataString(slug)}"),
    };

    private static GitHubInstallationView Of(GitHubInstallation installation) => new()
    {
        Id = installation.Id, Account = installation.Account?.Login ?? "", Repositories = installation.RepositorySelection, IsSuspended = installation.SuspendedAt is not null,
        Url = installation.HtmlUrl, MissingPermissions = AppNeeds.Missing(installation.Permissions), MissingEvents = AppNeeds.MissingEvents(installation.Events),
    };

    private string Web(string path) => new Uri(host.Web, path).AbsoluteUri;
}
