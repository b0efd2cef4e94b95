using Towpath.Core.Applications;
using Towpath.GitHub.Oidc;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Builds;

/// <summary>Why a run's repository is not that of an application.</summary>
internal static class RepositoryRefusals
{
    /// <summary>The same for an application that there is not.</summary>
    public static Refusal NotYours(WorkflowToken token, string application) => Refusal.NotAllowed(
        "not_this_repository",
        $"No application '{PlainLines.Of(application)}' belongs to {token.Repository} (GitHub's id {token.RepositoryId}, owner {token.RepositoryOwnerId}). Check the name, and `repository` in its app spec.");

    public static Refusal Unknown(string name) => Refusal.NotAllowed(
        "repository_unknown",
        $"GitHub's ids of {name} are not known here, and a name alone is not believed: install the GitHub App on it, or write `builds: {{ ids: {{ repository: …, owner: … }} }}` into the app spec.");

    public static Refusal Renamed(WorkflowToken token, ApplicationSpec application) => Refusal.NotAllowed(
        "repository_renamed",
        $"{application.Repository} is called {token.Repository} now (GitHub's id {token.RepositoryId}): it was renamed or moved. Write `repository: {token.Repository}` into the spec of '{application.Name}', since the old name is free for others to take.");

    public static Refusal Another(WorkflowToken token, ApplicationSpec application, RepositoryIds known) => Refusal.NotAllowed(
        "another_repository",
        $"This {token.Repository} is another repository than the one that '{application.Name}' belongs to: GitHub's id is {token.RepositoryId} of owner {token.RepositoryOwnerId}, and it was {known.Repository} of owner {known.Owner}. "
        + $"That one was deleted or renamed, and the name taken again. If it is meant, write `builds: {{ ids: {{ repository: {token.RepositoryId}, owner: {token.RepositoryOwnerId} }} }}` into the app spec.");
}
