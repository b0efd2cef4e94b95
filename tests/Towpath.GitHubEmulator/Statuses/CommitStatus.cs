using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Statuses;

/// <summary>What somebody said of a commit under a context.</summary>
public sealed record CommitStatus(
    long Id, Repository Repository, string Sha, string Context, string State, string? Description, string? TargetUrl, Account Creator, DateTimeOffset At)
{
    public JsonObject Simple() => new()
    {
        ["url"] = Repository.Api($"statuses/{Sha}"), ["avatar_url"] = Repository.World.Urls.Web($"avatars/{Creator.Id}"), ["id"] = Id, ["node_id"] = Account.Node("SC", Id),
        ["state"] = State, ["description"] = Description, ["target_url"] = TargetUrl, ["context"] = Context, ["created_at"] = Json.Time(At), ["updated_at"] = Json.Time(At),
    };

    public JsonObject View() => Simple().With(("creator", Creator.Simple()));
}

/// <summary>The statuses of a repository by commit, oldest first.</summary>
public sealed class StatusBook
{
    private readonly Dictionary<string, List<CommitStatus>> _bySha = new(StringComparer.Ordinal);

    public void Add(CommitStatus status)
    {
        if (!_bySha.TryGetValue(status.Sha, out var list)) _bySha[status.Sha] = list = [];
        list.Add(status);
    }

    public IReadOnlyList<CommitStatus> Of(string sha) => _bySha.GetValueOrDefault(sha) ?? [];

    /// <summary>The newest of each context.</summary>
    public IReadOnlyList<CommitStatus> Latest(string sha) => [.. Of(sha).GroupBy(s => s.Context, StringComparer.Ordinal).Select(g => g.Last())];
}
