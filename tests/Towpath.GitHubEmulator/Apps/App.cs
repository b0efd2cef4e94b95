using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Webhooks;

namespace Towpath.GitHubEmulator.Apps;

/// <summary>A GitHub App.</summary>
public sealed class App(EmulatorWorld world, long id, string slug, Account owner)
{
    // A key takes a moment to make; the apps that bring none share one.
    private static readonly Lazy<string> SharedKey = new(() =>
    {
        using var key = RSA.Create(2048);
        return key.ExportRSAPrivateKeyPem();
    });

    public long Id { get; } = id;

    public string Slug { get; } = slug;

    public string Name { get; set; } = slug;

    public Account Owner { get; } = owner;

    public string ClientId { get; init; } = $"Iv23li{Secrets.Word(14)}";

    public string ClientSecret { get; init; } = Secrets.Hex(40);

    public string? WebhookSecret { get; set; } = Secrets.Hex(40);

    public string? WebhookUrl { get; set; }

    public string ExternalUrl { get; set; } = "https://towpath.example";

    public string? SetupUrl { get; set; }

    public List<string> CallbackUrls { get; } = [];

    /// <summary>By name, <c>read</c> or <c>write</c>: what an installation is asked to grant.</summary>
    public Dictionary<string, string> Permissions { get; } = new(StringComparer.Ordinal) { ["metadata"] = "read" };

    public List<string> Events { get; } = [];

    /// <summary>The private key that the app was given, as PEM; a public one is enough to check its tokens.</summary>
    public string Key { get; set; } = SharedKey.Value;

    /// <summary>The account under which the app speaks.</summary>
    public User Bot { get; } = MakeBot(world, slug);

    public List<Installation> Installations { get; } = [];

    public DeliveryLog Deliveries { get; } = new();

    public long HookId { get; } = world.NextId();

    public DateTimeOffset CreatedAt { get; } = world.Now;

    /// <summary>GitHub's "integration".</summary>
    public JsonObject View() => new()
    {
        ["id"] = Id, ["slug"] = Slug, ["node_id"] = Account.Node("A", Id), ["client_id"] = ClientId, ["owner"] = Owner.Simple(), ["name"] = Name, ["description"] = "",
        ["external_url"] = ExternalUrl, ["html_url"] = world.Urls.Web($"apps/{Slug}"), ["created_at"] = Json.Time(CreatedAt), ["updated_at"] = Json.Time(CreatedAt),
        ["permissions"] = PermissionsView(Permissions), ["events"] = Json.Texts(Events), ["installations_count"] = Installations.Count,
    };

    internal static JsonObject PermissionsView(IReadOnlyDictionary<string, string> permissions)
    {
        var view = new JsonObject();
        foreach (var (name, level) in permissions) view[name] = level;
        return view;
    }

    /// <summary>Installs it for an account. No repositories named means all of them.</summary>
    public Installation Install(string account, params IReadOnlyList<string> repositories)
    {
        lock (world.Gate)
        {
            var installation = new Installation(world, world.NextId(), this, world.Accounts.Owner(account)) { AllRepositories = repositories.Count == 0 };
            foreach (var name in repositories) installation.Selected.Add(world.Repositories.Find(name.Contains('/', StringComparison.Ordinal) ? name : $"{account}/{name}")?.Id ?? throw new FormatException($"There is no repository {name}."));
            Installations.Add(installation);
            InstallationEvents.Created(world, installation);
            return installation;
        }
    }

    private static User MakeBot(EmulatorWorld world, string slug)
    {
        var bot = new User(world, world.NextId(), $"{slug}[bot]", "Bot");
        world.Accounts.Add(bot);
        return bot;
    }
}
