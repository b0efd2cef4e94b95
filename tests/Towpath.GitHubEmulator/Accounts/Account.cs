using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.GitHubEmulator.Accounts;

/// <summary>A person, an organization, or an app's own account.</summary>
public abstract class Account(EmulatorWorld world, long id, string login)
{
    protected EmulatorWorld World { get; } = world;

    public long Id { get; } = id;

    public string Login { get; } = login;

    public abstract string Type { get; }

    public string NodeId => Node(Type == "Organization" ? "O" : "U", Id);

    public static string Node(string kind, long id) => $"{kind}_{Convert.ToBase64String(Encoding.ASCII.GetBytes($"{kind}{id}")).TrimEnd('=')}";

    /// <summary>GitHub's "simple user".</summary>
    public JsonObject Simple()
    {
        var page = Uri.EscapeDataString(Login);
        var api = World.Urls.Api($"users/{page}");
        var view = new JsonObject
        {
            ["login"] = Login, ["id"] = Id, ["node_id"] = NodeId, ["avatar_url"] = World.Urls.Web($"avatars/{Id}"), ["gravatar_id"] = "",
            ["url"] = api, ["html_url"] = World.Urls.Web(Type == "Bot" ? $"apps/{page.Replace("%5Bbot%5D", "", StringComparison.Ordinal)}" : page),
        };
        foreach (var (name, rest) in Members) view[name] = api + rest;
        view["type"] = Type;
        view["user_view_type"] = "public";
        view["site_admin"] = false;
        return view;
    }

    private static readonly (string Name, string Path)[] Members =
    [
        ("followers_url", "/followers"), ("following_url", "/following{/other_user}"), ("gists_url", "/gists{/gist_id}"),
        ("starred_url", "/starred{/owner}{/repo}"), ("subscriptions_url", "/subscriptions"), ("organizations_url", "/orgs"),
        ("repos_url", "/repos"), ("events_url", "/events{/privacy}"), ("received_events_url", "/received_events"),
    ];
}

/// <summary>A person.</summary>
public sealed class User(EmulatorWorld world, long id, string login, string type = "User") : Account(world, id, login)
{
    public override string Type { get; } = type;

    public string? Name { get; set; }

    public string? Email { get; set; }

    public DateTimeOffset CreatedAt { get; } = world.Now;

    /// <summary>A personal access token that is always valid.</summary>
    public string Token => $"ghp_{Login}";
}

/// <summary>An organization with its people and teams.</summary>
public sealed class Organization(EmulatorWorld world, long id, string login) : Account(world, id, login)
{
    public override string Type => "Organization";

    /// <summary><c>admin</c> or <c>member</c>, by login.</summary>
    public Dictionary<string, string> Members { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<Team> Teams { get; } = [];

    public Team Team(string name, params ReadOnlySpan<string> members)
    {
        var team = Teams.FirstOrDefault(t => t.Name == name);
        if (team is null) Teams.Add(team = new Team(World, this, World.NextId(), name));
        foreach (var member in members)
        {
            World.Accounts.User(member);
            Members.TryAdd(member, "member");
            team.Members[member] = "member";
        }

        return team;
    }

    /// <summary>Somebody leaves it, and with it all of its teams.</summary>
    public void Remove(string member)
    {
        lock (World.Gate)
        {
            foreach (var team in Teams.Where(t => t.Members.ContainsKey(member)).ToList()) team.Remove(member);
            if (Members.Remove(member)) MemberEvents.Left(World, this, World.Accounts.User(member));
        }
    }

    /// <summary>GitHub's "simple organization", which stands in webhooks.</summary>
    public JsonObject SimpleOrganization()
    {
        var api = World.Urls.Api($"orgs/{Login}");
        return new JsonObject
        {
            ["login"] = Login, ["id"] = Id, ["node_id"] = NodeId, ["url"] = api, ["repos_url"] = $"{api}/repos", ["events_url"] = $"{api}/events",
            ["hooks_url"] = $"{api}/hooks", ["issues_url"] = $"{api}/issues", ["members_url"] = $"{api}/members{{/member}}",
            ["public_members_url"] = $"{api}/public_members{{/member}}", ["avatar_url"] = World.Urls.Web($"avatars/{Id}"), ["description"] = "",
        };
    }
}

/// <summary>A team of an organization.</summary>
public sealed class Team(EmulatorWorld world, Organization organization, long id, string name)
{
    public Organization Organization { get; } = organization;

    public long Id { get; } = id;

    public string Name { get; } = name;

    public string Slug { get; } = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    /// <summary><c>member</c> or <c>maintainer</c>, by login.</summary>
    public Dictionary<string, string> Members { get; } = new(StringComparer.OrdinalIgnoreCase);

    public void Add(string member)
    {
        lock (world.Gate)
        {
            Organization.Team(Name, member);
            MemberEvents.Changed(world, this, world.Accounts.User(member), "added");
        }
    }

    public void Remove(string member)
    {
        lock (world.Gate)
            if (Members.Remove(member)) MemberEvents.Changed(world, this, world.Accounts.User(member), "removed");
    }

    /// <summary>What it may do in repositories, by full name: pull, triage, push, maintain, admin.</summary>
    public Dictionary<string, string> Repositories { get; } = new(StringComparer.OrdinalIgnoreCase);
}
