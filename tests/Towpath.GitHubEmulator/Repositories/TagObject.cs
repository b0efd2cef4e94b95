using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;

namespace Towpath.GitHubEmulator.Repositories;

/// <summary>An annotated tag: an object of its own, which a ref may stand for, and which stands for a commit.</summary>
public sealed record TagObject(Repository Repository, string Name, string Commit, string Message, Account Tagger, DateTimeOffset At)
{
    public string Sha { get; } = Repositories.Commit.Hash("tag", $"object {Commit}\ntag {Name}\n{Tagger.Login} {At.ToUnixTimeMilliseconds()}\n\n{Message}");

    public JsonObject View() => new()
    {
        ["node_id"] = Account.Node("TA", Math.Abs((long)Sha.GetHashCode(StringComparison.Ordinal))), ["tag"] = Name, ["sha"] = Sha, ["url"] = Repository.Api($"git/tags/{Sha}"), ["message"] = Message,
        ["tagger"] = new JsonObject { ["name"] = Tagger.Login, ["email"] = $"{Tagger.Login}@users.noreply.github.example", ["date"] = Json.Time(At) },
        ["object"] = new JsonObject { ["type"] = "commit", ["sha"] = Commit, ["url"] = Repository.Api($"git/commits/{Commit}") },
    };
}
