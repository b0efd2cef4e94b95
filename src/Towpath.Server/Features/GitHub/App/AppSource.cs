using Towpath.GitHub.Apps;

namespace Towpath.Server.Features.GitHub.App;

/// <summary>The GitHub App of the operator's settings, else the one that the dashboard created.</summary>
public sealed class AppSource(ServerOptions options, StoredApps stored) : IGitHubAppSource
{
    private readonly GitHubAppSettings? _configured = options.GitHub is { AppId: { } id, PrivateKey: { } key, WebhookSecret: { } secret } app
        ? new GitHubAppSettings { AppId = id, PrivateKey = key, WebhookSecret = secret, ClientId = app.ClientId, ClientSecret = app.ClientSecret }
        : null;

    private volatile Made? _made;

    /// <summary>The settings name an App, whole or not: then the store's does not count.</summary>
    public bool IsConfigured => options.GitHub?.AppId is not null;

    public GitHubAppSettings? Current => IsConfigured ? _configured : OfStore();

    private GitHubAppSettings? OfStore()
    {
        if (stored.Current is not { } app) return null;
        if (_made is { } made && ReferenceEquals(made.From, app)) return made.Settings;
        return (_made = new Made(app, app.ToSettings())).Settings;
    }

    private sealed record Made(StoredApp From, GitHubAppSettings Settings);
}
