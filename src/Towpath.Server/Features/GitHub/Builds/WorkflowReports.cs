using System.Text.Json;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Oidc;
using Towpath.Server.Api;
using Towpath.Server.Features.Builds;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Builds;

/// <summary>
/// What workflow runs report. Only of an application whose repository is theirs by GitHub's ids; the commit, branch and tag are the token's, and a report that says
/// otherwise is refused. To strangers no answer tells which applications there are.
/// </summary>
public sealed class WorkflowReports(Configurations configurations, IStore store, RepositoryIdentities identities, RunCommit commits, GitHubHost gitHub)
{
    /// <param name="caller">A workflow run.</param>
    /// <param name="request">What it says.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<Answer<AdmittedReport>> AdmitAsync(Caller caller, ReportBuild request, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(caller, caller.Workflow!, request, cancellationToken);
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException)
        {
            return Refusal.ThirdParty("github_unavailable", $"Whether the run may report this cannot be found out: {PlainLines.Of(exception.Message)}. Nothing was recorded; report it again later.");
        }
    }

    private async Task<Answer<AdmittedReport>> TryAsync(Caller caller, WorkflowToken token, ReportBuild request, CancellationToken cancellationToken)
    {
        var application = (await configurations.CurrentAsync(cancellationToken)).FindApplication(request.Application);
        var owned = await OwnedAsync(token, application, request.Application, cancellationToken);
        if (owned.Value is not { } ids) return owned.Refusal!;
        var origin = RunOrigin.Of(token, application!);
        if (origin.Value is not { } from) return origin.Refusal!;
        if (ReportClaims.Refuse(request, token, from) is { } lie) return lie;
        var commit = await commits.FindAsync(token, from.Pull, ids, request.Commit, cancellationToken);
        if (commit.No is { } no) return no;
        if (request.Author is { } told && !IsOneOf(told, commit.Author, token.Actor)) return OtherAuthor(told, commit.Author);
        return new AdmittedReport(application!, Completed(request, token, from, commit.Author))
        {
            Run = RunOf(token),
            Pull = from.Pull,
            Hands = await PusherAsync(token, cancellationToken) is { } pusher ? [pusher] : null,
            Use = new TokenUse(caller.TokenId, application!.Name, Digest.Of(JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.ReportBuild)).Value, token.ForgetAt),
        };
    }

    /// <summary>The ids under which both the application and the run know the repository.</summary>
    private async Task<Answer<RepositoryIds>> OwnedAsync(WorkflowToken token, ApplicationSpec? application, string asked, CancellationToken cancellationToken)
    {
        var own = new RepositoryIds(token.RepositoryId, token.RepositoryOwnerId);
        if (application?.Repository is not { } name) return RepositoryRefusals.NotYours(token, asked);
        var isNamed = string.Equals(name, token.Repository, StringComparison.OrdinalIgnoreCase);
        // GitHub is asked about no repository that it has not told of, however many strangers come.
        if (!isNamed && await store.Facts.RepositoryAsync(token.RepositoryId, cancellationToken) is null) return RepositoryRefusals.NotYours(token, asked);
        var ids = await identities.FindAsync(application, cancellationToken);
        return (isNamed, ids == own) switch
        {
            (true, true) => own,
            (true, false) => ids is null ? RepositoryRefusals.Unknown(name) : RepositoryRefusals.Another(token, application, ids),
            (false, true) => RepositoryRefusals.Renamed(token, application),
            (false, false) => RepositoryRefusals.NotYours(token, asked),
        };
    }

    /// <summary>Whoever pushed the commit need not be who started the run, nor who its author's mail address belongs to.</summary>
    private async Task<string?> PusherAsync(WorkflowToken token, CancellationToken cancellationToken) =>
        await store.Facts.RefAsync(token.RepositoryId, token.Ref, cancellationToken) is { } stand && string.Equals(stand.Sha, token.Sha, StringComparison.Ordinal) ? stand.PushedBy : null;

    private ReportBuild Completed(ReportBuild request, WorkflowToken token, RunOrigin from, string author) => request with
    {
        Branch = from.Branch, Tag = from.Tag, Author = author, RunNumber = token.RunNumber,
        RunUrl = $"{gitHub.Web}{token.Repository}/actions/runs/{token.RunId}/attempts/{token.RunAttempt}",
    };

    private static BuildRun RunOf(WorkflowToken token) => new()
    {
        Id = token.RunId, Attempt = token.RunAttempt, RepositoryId = token.RepositoryId, Repository = token.Repository, Workflow = token.Workflow.Path,
        Event = token.EventName, Ref = token.Ref, Actor = token.Actor,
    };

    private static bool IsOneOf(string told, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (string.Equals(told, name, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static Refusal OtherAuthor(string told, string author) => Refusal.NotAllowed(
        "not_the_author", $"The report says that {PlainLines.Of(told)} wrote the commit, and GitHub says {PlainLines.Of(author)}. Leave `author` out.");
}
