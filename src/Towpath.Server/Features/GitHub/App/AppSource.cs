using Towpath.GitHub.Apps;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>The GitHub App of the operator's settings.</summary>
public sealed class AppSource(ServerOptions options) : IGitHubAppSource
{
    public GitHubAppSettings? Current { get; } = options.GitHub is { AppId: { } id, PrivateKey: { } key, WebhookSecret: { } secret } app
        ? new GitHubAppSettings { AppId = id, PrivateKey = key, WebhookSecret = secret, ClientId = app.ClientId, ClientSecret = app.ClientSecret }
        : null;
}
