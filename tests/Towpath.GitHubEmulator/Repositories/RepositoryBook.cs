using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>The repositories by id and by name; names that were given up lead on.</summary>
public sealed class RepositoryBook(EmulatorWorld world)
{
    private readonly Dictionary<long, Repository> _byId = [];
    private readonly Dictionary<string, Repository> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Repository> _moved = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<Repository> All => _byId.Values;

    public Repository? Find(long id) => _byId.GetValueOrDefault(id);

    public Repository? Find(string fullName) => _byName.GetValueOrDefault(fullName);

    internal Repository? Moved(string fullName) => _moved.GetValueOrDefault(fullName);

    /// <summary>A new repository with one commit on its default branch, unless there are no files.</summary>
    public Repository Create(string fullName, IReadOnlyDictionary<string, string?>? files = null, long? id = null, bool isPrivate = true)
    {
        lock (world.Gate)
        {
            var (owner, name) = fullName.Split('/') is [var o, var n] ? (o, n) : throw new FormatException($"'{fullName}' is not OWNER/NAME.");
            if (_byName.ContainsKey(fullName)) throw new FormatException($"There is a repository {fullName} already.");
            var repository = Add(new Repository(world, id ?? world.NextId(), world.Accounts.Owner(owner), name, new Network()) { IsPrivate = isPrivate });
            if (files is not { Count: 0 })
            {
                var first = repository.Write(null, (files ?? Readme).Select(f => (f.Key, f.Value is null ? null : Blob.Of(f.Value))), "Initial commit", world.Accounts.User("octocat"));
                repository.Refs["refs/heads/main"] = first.Sha;
            }

            return repository;
        }
    }

    /// <summary>A copy under another owner, which shares the commits.</summary>
    public Repository Fork(Repository parent, string owner, string? name = null)
    {
        lock (world.Gate)
        {
            var fork = Add(new Repository(world, world.NextId(), world.Accounts.Owner(owner), name ?? parent.Name, parent.Network) { IsPrivate = parent.IsPrivate, Parent = parent, DefaultBranch = parent.DefaultBranch });
            foreach (var (reference, sha) in parent.Refs) fork.Refs[reference] = sha;
            return fork;
        }
    }

    public void Rename(Repository repository, string name)
    {
        lock (world.Gate)
        {
            var was = repository.Name;
            _byName.Remove(repository.FullName);
            _moved[repository.FullName] = repository;
            repository.Name = name;
            _byName[repository.FullName] = repository;
            _moved.Remove(repository.FullName);
            world.Outbox.Publish("repository", "renamed", repository, repository.Owner, new JsonObject
            {
                ["changes"] = new JsonObject { ["repository"] = new JsonObject { ["name"] = new JsonObject { ["from"] = was } } },
            });
        }
    }

    private static Dictionary<string, string?> Readme { get; } = new() { ["README.md"] = "# Hello\n" };

    private Repository Add(Repository repository)
    {
        _moved.Remove(repository.FullName);
        _byName[repository.FullName] = repository;
        return _byId[repository.Id] = repository;
    }

    /// <summary>Full names such as <c>acme/web</c>; not found where nobody sees it.</summary>
    internal Repository Needed(string fullName) => Find(fullName) ?? throw GitHubFault.NotFound();
}
