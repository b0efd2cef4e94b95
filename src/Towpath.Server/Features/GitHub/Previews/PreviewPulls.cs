using Towpath.Core.Applications;
using Towpath.Core.Facts;
using Towpath.Core.Previews;
using Towpath.Engine.Storage;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>How a pull request stands, as GitHub says now.</summary>
public sealed class PreviewPulls(IStore store, GitHubRepositories repositories, PullsApi pulls, TimeProvider time)
{
    /// <summary>
    /// Null where there is none. When something happened in it last is what deliveries told: GitHub's own instant moves with every comment, ours included, and nothing
    /// would ever expire.
    /// </summary>
    public async Task<PullFact?> FindAsync(KnownRepository repository, long number, CancellationToken cancellationToken)
    {
        if (await pulls.FindAsync(repository.At, number, cancellationToken) is not { } pull) return null;
        var told = await store.Facts.PullAsync(repository.Id, number, cancellationToken);
        var known = told is not null && string.Equals(told.HeadSha, pull.Head.Sha, StringComparison.Ordinal);
        return new PullFact
        {
            RepositoryId = repository.Id, Number = number, HeadSha = pull.Head.Sha, HeadRef = pull.Head.Ref, HeadRepositoryId = pull.IsFork ? null : repository.Id, BaseRef = pull.Base.Ref,
            IsOpen = string.Equals(pull.State, "open", StringComparison.Ordinal), IsMerged = pull.MergedAt is not null, IsDraft = pull.Draft ?? false,
            Labels = [.. (pull.Labels ?? []).Select(label => label.Name).Order(StringComparer.Ordinal)], UpdatedAt = (known ? told!.UpdatedAt : pull.UpdatedAt) ?? time.GetUtcNow(),
        };
    }

    /// <summary>Why nothing may be sent by hand to an environment that is a pull request's; null where it may, and for every other environment.</summary>
    public async Task<Refusal?> RefuseAsync(ApplicationSpec application, string environment, CancellationToken cancellationToken)
    {
        if (PreviewSlot.TryParse(environment) is not { } slot) return null;
        try
        {
            if (await repositories.FindOwnAsync(application, cancellationToken) is not { } repository)
                return Refusal.Unprocessable("no_repository", $"'{environment}' belongs to pull request {slot.Pull}, and GitHub cannot be asked about it: the App does not reach the repository of '{application.Name}'.");
            return await FindAsync(repository, slot.Pull, cancellationToken) switch
            {
                null => Refusal.NotFound("no_such_pull_request", $"{repository.At} has no pull request {slot.Pull}, so there is no environment '{environment}'."),
                { IsOpen: false } => Refusal.Conflict("pull_request_closed", $"Pull request {slot.Pull} of {repository.At} is closed, and its previews have ended."),
                { IsFork: true } => Refusal.NotAllowed("fork", $"Pull request {slot.Pull} of {repository.At} comes from a fork; previews use secrets, and forks get none."),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException or GitHubConfigurationException)
        {
            return Refusal.ThirdParty("github_unavailable", $"Whether pull request {slot.Pull} is open could not be asked. {PlainLines.Of(exception.Message)}");
        }
    }
}
