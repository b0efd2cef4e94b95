using Towpath.GitHub.Apps;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Target;

/// <summary>
/// Whether this App made something at GitHub. Anybody who may create deployments or dispatch workflows can write the ids that ours are found by. Where a token is used
/// instead of an App, GitHub does not say whose it is, and ids are all that there is.
/// </summary>
public sealed class OwnWork(IGitHubAppSource app, InstallationsApi installations)
{
    public async Task<bool> IsAsync(GitHubDeployment made, CancellationToken cancellationToken) =>
        app.Current is not { } own || (made.PerformedViaGithubApp is { } via ? via.Id == own.AppId : await IsBotAsync(made.Creator, cancellationToken));

    public async Task<bool> IsAsync(WorkflowRun run, CancellationToken cancellationToken) => app.Current is null || await IsBotAsync(run.Actor, cancellationToken);

    /// <summary>By name, which no person can take. An App can be renamed: it is asked for each time.</summary>
    private async Task<bool> IsBotAsync(GitHubAccount? account, CancellationToken cancellationToken) =>
        account is { Type: "Bot" } && (await installations.AppAsync(cancellationToken)).Slug is { } slug && string.Equals(account.Login, $"{slug}[bot]", StringComparison.OrdinalIgnoreCase);
}
