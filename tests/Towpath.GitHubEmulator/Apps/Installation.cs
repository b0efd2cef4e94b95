using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Apps;

/// <summary>An app in an account.</summary>
public sealed class Installation(EmulatorWorld world, long id, App app, Account account)
{
    public long Id { get; } = id;

    public App App { get; } = app;

    public Account Account { get; } = account;

    public bool AllRepositories { get; set; }

    /// <summary>Ids, where not all are covered.</summary>
    public HashSet<long> Selected { get; } = [];

    public Dictionary<string, string> Permissions { get; } = new(app.Permissions, StringComparer.Ordinal);

    public DateTimeOffset? SuspendedAt { get; set; }

    public DateTimeOffset CreatedAt { get; } = world.Now;

    public bool Covers(Repository repository) => repository.Owner == Account && (AllRepositories || Selected.Contains(repository.Id));

    public bool Allows(Need need) => InstallationToken.Allows(Permissions, need);

    public IReadOnlyList<Repository> Repositories => [.. world.Repositories.All.Where(Covers)];

    public JsonObject View()
    {
        var page = Account is Organization ? $"organizations/{Account.Login}/settings/installations/{Id}" : $"settings/installations/{Id}";
        return new JsonObject
        {
            ["id"] = Id, ["client_id"] = App.ClientId, ["account"] = Account.Simple(), ["repository_selection"] = AllRepositories ? "all" : "selected",
            ["access_tokens_url"] = world.Urls.Api($"app/installations/{Id}/access_tokens"), ["repositories_url"] = world.Urls.Api("installation/repositories"),
            ["html_url"] = world.Urls.Web(page), ["app_id"] = App.Id, ["app_slug"] = App.Slug, ["target_id"] = Account.Id, ["target_type"] = Account.Type,
            ["permissions"] = App.PermissionsView(Permissions), ["events"] = Json.Texts(App.Events), ["created_at"] = Json.Time(CreatedAt), ["updated_at"] = Json.Time(CreatedAt),
            ["single_file_name"] = null, ["has_multiple_single_files"] = false, ["single_file_paths"] = new JsonArray(),
            ["suspended_by"] = SuspendedAt is null ? null : App.Owner.Simple(), ["suspended_at"] = Json.Time(SuspendedAt),
        };
    }
}

/// <summary>A token for an installation, perhaps for less than all of it.</summary>
/// <param name="Repositories">Ids; null: what the installation covers.</param>
public sealed record InstallationToken(
    string Value, Installation Installation, IReadOnlyDictionary<string, string> Permissions, IReadOnlySet<long>? Repositories, DateTimeOffset ExpiresAt)
{
    public bool Covers(Repository repository) => Installation.Covers(repository) && (Repositories is null || Repositories.Contains(repository.Id));

    public bool Allows(Need need) => Allows(Permissions, need);

    internal static bool Allows(IReadOnlyDictionary<string, string> permissions, Need need) =>
        need is { Permission: "metadata", Write: false }
        || need.Permission.Split('|').Any(name => permissions.TryGetValue(name, out var level) && (!need.Write || level is "write" or "admin"));
}
