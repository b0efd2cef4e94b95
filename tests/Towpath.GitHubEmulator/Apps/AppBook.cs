using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Apps;

/// <summary>The apps, their installations and their tokens.</summary>
public sealed class AppBook(EmulatorWorld world)
{
    private readonly Dictionary<long, App> _apps = [];
    private readonly Dictionary<string, InstallationToken> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, App> _manifestCodes = new(StringComparer.Ordinal);

    public IEnumerable<App> All => _apps.Values;

    /// <summary>GitHub's own app, which reports the check runs of workflows.</summary>
    public App Actions => BySlug("github-actions") ?? Add(new App(world, 15368, "github-actions", world.Accounts.Organization("github")) { Name = "GitHub Actions" });

    public App Create(string slug, string owner, long? id = null)
    {
        lock (world.Gate) return Add(new App(world, id ?? world.NextId(), slug, world.Accounts.Owner(owner)));
    }

    public App Add(App app)
    {
        lock (world.Gate) return _apps[app.Id] = app;
    }

    public App? Find(long id) => _apps.GetValueOrDefault(id);

    public App? ByClientId(string id) => _apps.Values.FirstOrDefault(a => a.ClientId == id);

    public App? BySlug(string slug) => _apps.Values.FirstOrDefault(a => a.Slug == slug);

    public Installation? FindInstallation(long id) => _apps.Values.SelectMany(a => a.Installations).FirstOrDefault(i => i.Id == id);

    public IEnumerable<Installation> InstallationsOf(Repository repository) => _apps.Values.SelectMany(a => a.Installations).Where(i => i.Covers(repository));

    public InstallationToken Issue(Installation installation, IReadOnlyDictionary<string, string>? permissions = null, IReadOnlySet<long>? repositories = null)
    {
        lock (world.Gate)
        {
            var token = new InstallationToken(
                $"ghs_{Secrets.Word(36)}", installation, permissions ?? new Dictionary<string, string>(installation.Permissions), repositories, world.Now + world.Script.TokenLifetime);
            return _tokens[token.Value] = token;
        }
    }

    /// <summary>Ends every token that was given out.</summary>
    public void RevokeTokens()
    {
        lock (world.Gate) _tokens.Clear();
    }

    public void Revoke(InstallationToken token)
    {
        lock (world.Gate) _tokens.Remove(token.Value);
    }

    internal InstallationToken? TokenOf(string value) =>
        _tokens.TryGetValue(value, out var token) && token.ExpiresAt > world.Now && token.Installation.SuspendedAt is null
        && token.Installation.App.Installations.Contains(token.Installation) ? token : null;

    /// <summary>A code that gives an app's secrets once.</summary>
    internal string IssueManifestCode(App app)
    {
        var code = Secrets.Hex(40);
        _manifestCodes[code] = app;
        return code;
    }

    internal App? TakeManifestCode(string code) => _manifestCodes.Remove(code, out var app) ? app : null;
}
