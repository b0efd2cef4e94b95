using System.Collections.Immutable;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Actions;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Checks;
using Towpath.GitHubEmulator.Deployments;
using Towpath.GitHubEmulator.Environments;
using Towpath.GitHubEmulator.Issues;
using Towpath.GitHubEmulator.Pulls;
using Towpath.GitHubEmulator.Releases;
using Towpath.GitHubEmulator.Statuses;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>What somebody may do in a repository; more includes less.</summary>
public enum Role
{
    None,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

/// <summary>A repository. Its parts are lists that other folders fill.</summary>
public sealed class Repository(EmulatorWorld world, long id, Account owner, string name, Network network)
{
    private long _number;

    public EmulatorWorld World { get; } = world;

    public long Id { get; } = id;

    public Account Owner { get; } = owner;

    public string Name { get; internal set; } = name;

    public string FullName => $"{Owner.Login}/{Name}";

    public string NodeId => Account.Node("R", Id);

    public bool IsPrivate { get; set; } = true;

    public string DefaultBranch { get; set; } = "main";

    /// <summary>What somebody who listens to deployments answers at once to each, such as <c>success</c>; null where nobody listens.</summary>
    public string? Listener { get; set; }

    public Repository? Parent { get; init; }

    public DateTimeOffset CreatedAt { get; } = world.Now;

    public DateTimeOffset PushedAt { get; internal set; } = world.Now;

    public Network Network { get; } = network;

    /// <summary>Full names such as <c>refs/heads/main</c> and the commits that they name.</summary>
    public SortedDictionary<string, string> Refs { get; } = new(StringComparer.Ordinal);

    /// <summary>Annotated tags by their own hash. Those that a ref stands for are among <see cref="Annotated"/>, too.</summary>
    public Dictionary<string, TagObject> TagObjects { get; } = new(StringComparer.Ordinal);

    /// <summary>By the full name of the ref; <see cref="Refs"/> has the commit.</summary>
    public Dictionary<string, TagObject> Annotated { get; } = new(StringComparer.Ordinal);

    /// <summary>Roles of people by login, beside what organization and teams give.</summary>
    public Dictionary<string, Role> Collaborators { get; } = new(StringComparer.OrdinalIgnoreCase);

    public HashSet<string> ProtectedBranches { get; } = new(StringComparer.Ordinal);

    public StatusBook Statuses { get; } = new();

    public CheckBook Checks { get; } = new();

    public DeploymentBook Deployments { get; } = new();

    public List<Pull> Pulls { get; } = [];

    public IssueBook Issues { get; } = new();

    public List<Release> Releases { get; } = [];

    public List<Workflow> Workflows { get; } = [];

    public List<WorkflowRun> Runs { get; } = [];

    public SortedDictionary<string, DeployEnvironment> Environments { get; } = new(StringComparer.OrdinalIgnoreCase);

    public string Api(string path) => World.Urls.Api($"repos/{FullName}{(path.Length == 0 ? "" : "/")}{path}");

    public string Web(string path) => World.Urls.Web($"{FullName}{(path.Length == 0 ? "" : "/")}{path}");

    /// <summary>Issues and pull requests count together.</summary>
    public long NextNumber() => ++_number;

    public Role RoleOf(User user)
    {
        if (Owner == user) return Role.Admin;
        var role = Collaborators.GetValueOrDefault(user.Login);
        if (Owner is Organization organization)
        {
            if (organization.Members.GetValueOrDefault(user.Login) == "admin") return Role.Admin;
            foreach (var team in organization.Teams.Where(t => t.Members.ContainsKey(user.Login)))
                if (team.Repositories.TryGetValue(FullName, out var permission)) role = Max(role, OfPermission(permission));
        }

        return Max(role, IsPrivate ? Role.None : Role.Read);
    }

    internal static Role OfPermission(string permission) => permission switch
    {
        "admin" => Role.Admin,
        "maintain" => Role.Maintain,
        "push" or "write" => Role.Write,
        "triage" => Role.Triage,
        "pull" or "read" => Role.Read,
        _ => Role.None,
    };

    /// <summary>A commit by branch, tag, full name of a ref, or SHA, as the API takes it.</summary>
    public Commit? Resolve(string reference)
    {
        foreach (var candidate in (string[])[reference, $"refs/{reference}", $"refs/heads/{reference}", $"refs/tags/{reference}"])
            if (Refs.TryGetValue(candidate, out var sha)) return Network.Find(sha);
        return Network.Find(reference);
    }

    public Commit Needed(string reference) => Resolve(reference) ?? throw GitHubFault.Refused($"No commit found for SHA: {reference}");

    /// <summary>Commits files to a branch, as <c>git push</c> does. A null content removes the file.</summary>
    public Commit Push(string branch, IReadOnlyDictionary<string, string?> files, string message = "change", string? author = null, string? parent = null) =>
        Push(branch, files.ToDictionary(f => f.Key, f => f.Value is null ? null : Blob.Of(f.Value), StringComparer.Ordinal), message, author, parent);

    public Commit Push(string branch, IReadOnlyDictionary<string, Blob?> files, string message = "change", string? author = null, string? parent = null)
    {
        lock (World.Gate)
        {
            var actor = World.Accounts.User(author ?? "octocat");
            var from = parent is not null ? Needed(parent) : Resolve($"refs/heads/{branch}") ?? Resolve($"refs/heads/{DefaultBranch}");
            var commit = Write(from, files.Select(f => (f.Key, f.Value)), message, actor);
            RefEvents.Move(this, $"refs/heads/{branch}", commit.Sha, actor);
            return commit;
        }
    }

    /// <summary>A commit that nothing points at yet.</summary>
    internal Commit Write(Commit? parent, IEnumerable<(string Path, Blob? Content)> files, string message, User author)
    {
        var tree = parent?.Files ?? ImmutableSortedDictionary.Create<string, Blob>(StringComparer.Ordinal);
        foreach (var (path, content) in files) tree = content is null ? tree.Remove(path) : tree.SetItem(path, content);
        return Network.Add(new Commit(tree, parent is null ? [] : [parent.Sha], message, author, World.Now));
    }

    private static Role Max(Role one, Role other) => one > other ? one : other;
}
