using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.Server.Api;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Environments;

/// <summary>Shows what it takes to make GitHub's environments match an application's spec, or makes them match. Only what the spec speaks of is touched.</summary>
public sealed class MatchEnvironments(IStore store, Lookups lookups, Configurations configurations, IGitHubAppSource app, EnvironmentMatches matches, Audits audits)
{
    private const string Path = "/applications/{application}/github-environments";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(Path, async (string application, HttpContext http, MatchEnvironments use, CancellationToken cancellationToken) =>
                (await use.PlanAsync(http.Caller(), application, cancellationToken)).ToHttp())
            .WithName("planGitHubEnvironments").WithSummary("What would change at GitHub so that its environments match the app spec.").WithTags("github")
            .Produces<GitHubEnvironmentsView>().Needs(Permission.Read);
        api.MapPost(Path, async (string application, HttpContext http, MatchEnvironments use, CancellationToken cancellationToken) =>
                (await use.ApplyAsync(http.Caller(), application, cancellationToken)).ToHttp())
            .WithName("applyGitHubEnvironments").WithSummary("Make GitHub's environments match the app spec.").WithTags("github")
            .Produces<GitHubEnvironmentsView>().Needs(Permission.Administer);
    }

    public async Task<Answer<GitHubEnvironmentsView>> PlanAsync(Caller caller, string application, CancellationToken cancellationToken)
    {
        var found = await lookups.ApplicationAsync(caller, Permission.Read, application, cancellationToken);
        return found.Value is { } spec ? await MatchAsync(spec, null, cancellationToken) : found.Refusal!;
    }

    public async Task<Answer<GitHubEnvironmentsView>> ApplyAsync(Caller caller, string application, CancellationToken cancellationToken)
    {
        var found = await lookups.ApplicationAsync(caller, Permission.Administer, application, cancellationToken);
        return found.Value is { } spec ? await MatchAsync(spec, caller, cancellationToken) : found.Refusal!;
    }

    /// <param name="spec">The application.</param>
    /// <param name="by">Who applies it; null for a plan.</param>
    /// <param name="cancellationToken">Stops it; what was done stays done.</param>
    private async Task<Answer<GitHubEnvironmentsView>> MatchAsync(ApplicationSpec spec, Caller? by, CancellationToken cancellationToken)
    {
        if (spec.Repository is null) return Refusal.Conflict("no_repository", $"'{spec.Name}' has no GitHub repository. Name it under `repository` in its app spec.");
        if (app.Current is not { } current) return Refusal.Conflict("no_github_app", "There is no GitHub App. Create it from the dashboard at /github, or name it in towpath.yaml.");
        var configuration = await configurations.CurrentAsync(cancellationToken);
        var views = new List<GitHubEnvironmentView>();
        foreach (var environment in spec.Environments)
        {
            var place = new EnvironmentOfApplication(spec, environment);
            views.Add(await MatchAsync(place, configuration, current.AppId, by, cancellationToken));
        }

        return new GitHubEnvironmentsView(spec.Name, by is not null, views);
    }

    /// <summary>What GitHub refuses of one environment keeps the others from nothing.</summary>
    private async Task<GitHubEnvironmentView> MatchAsync(EnvironmentOfApplication place, Core.Applications.Configuration configuration, long id, Caller? by, CancellationToken cancellationToken)
    {
        var view = new GitHubEnvironmentView { Environment = place.Environment.Name };
        try
        {
            var match = await matches.LookAsync(place, configuration, id, cancellationToken);
            view = match.View;
            if (by is null || !match.CanBeApplied) return view;
            await store.CommitAsync(new Commit { Changes = [Audit(by, match)] }, cancellationToken);
            await matches.ApplyAsync(match, id, cancellationToken);
            return view with { Done = true };
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException or GitHubConfigurationException)
        {
            return view with { Problem = ((Core.Targets.IExplainedFault)exception).Explanation };
        }
    }

    /// <summary>Before it is done, so that nothing is done that is not noted.</summary>
    private Change Audit(Caller by, EnvironmentMatch match) => audits.Of(by.User, "github_environment.matched", match.Place.Key, new JsonObject
    {
        ["repository"] = match.View.Repository, ["name"] = match.View.Name, ["lines"] = new JsonArray([.. match.View.Lines.Select(line => (JsonNode)$"{line.Mark} {line.Text}")]),
    });
}
