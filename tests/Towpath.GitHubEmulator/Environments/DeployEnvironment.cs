using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Environments;

/// <summary>A pattern of branches or tags that may be deployed.</summary>
public sealed record BranchPolicy(long Id, string Name, string Type)
{
    public JsonObject View() => new() { ["id"] = Id, ["node_id"] = Account.Node("DBP", Id), ["name"] = Name, ["type"] = Type };
}

/// <summary>An app that is asked whether a deployment may go on.</summary>
public sealed record CustomRule(long Id, App App)
{
    public JsonObject View(EmulatorWorld world) => new()
    {
        ["id"] = Id, ["node_id"] = Account.Node("GA", Id), ["enabled"] = true, ["app"] = AppView(world, App),
    };

    public static JsonObject AppView(EmulatorWorld world, App app) => new()
    {
        ["id"] = app.Id, ["slug"] = app.Slug, ["integration_url"] = world.Urls.Api($"apps/{app.Slug}"), ["node_id"] = Account.Node("A", app.Id),
    };
}

/// <summary>An environment with what protects it.</summary>
public sealed class DeployEnvironment(long id, Repository repository, string name)
{
    public long Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>Minutes.</summary>
    public int WaitTimer { get; set; }

    public bool PreventSelfReview { get; set; }

    public List<object> Reviewers { get; } = [];

    /// <summary>Null: every ref may be deployed; true: protected branches; false: those that <see cref="Policies"/> name.</summary>
    public bool? ProtectedBranchesOnly { get; set; }

    public List<BranchPolicy> Policies { get; } = [];

    public List<CustomRule> CustomRules { get; } = [];

    public DateTimeOffset CreatedAt { get; } = repository.World.Now;

    public DateTimeOffset UpdatedAt { get; set; } = repository.World.Now;

    private readonly long _timerRule = repository.World.NextId();
    private readonly long _reviewRule = repository.World.NextId();
    private readonly long _branchRule = repository.World.NextId();

    public string Api => repository.Api($"environments/{Uri.EscapeDataString(Name)}");

    public string Web => repository.Web($"deployments/activity_log?environments_filter={Uri.EscapeDataString(Name)}");

    public JsonObject View()
    {
        var rules = new JsonArray();
        if (WaitTimer > 0) rules.Add(new JsonObject { ["id"] = _timerRule, ["node_id"] = Account.Node("GA", _timerRule), ["type"] = "wait_timer", ["wait_timer"] = WaitTimer });
        if (Reviewers.Count > 0)
            rules.Add(new JsonObject
            {
                ["id"] = _reviewRule, ["node_id"] = Account.Node("GA", _reviewRule), ["prevent_self_review"] = PreventSelfReview, ["type"] = "required_reviewers",
                ["reviewers"] = ReviewersView(),
            });
        if (ProtectedBranchesOnly is not null) rules.Add(new JsonObject { ["id"] = _branchRule, ["node_id"] = Account.Node("GA", _branchRule), ["type"] = "branch_policy" });
        return new JsonObject
        {
            ["id"] = Id, ["node_id"] = Account.Node("EN", Id), ["name"] = Name, ["url"] = Api, ["html_url"] = Web, ["created_at"] = Json.Time(CreatedAt),
            ["updated_at"] = Json.Time(UpdatedAt), ["protection_rules"] = rules,
            ["deployment_branch_policy"] = ProtectedBranchesOnly is not { } only ? null : new JsonObject { ["protected_branches"] = only, ["custom_branch_policies"] = !only },
        };
    }

    internal JsonArray ReviewersView() => Json.Array(Reviewers.Select(r => (JsonNode)new JsonObject
    {
        ["type"] = r is Team ? "Team" : "User", ["reviewer"] = r is Team team ? TeamView.Of(repository.World, team) : ((Account)r).Simple(),
    }));

    /// <summary>Whether a branch or tag may be deployed here.</summary>
    public bool Admits(string reference)
    {
        if (ProtectedBranchesOnly is not { } only) return true;
        var isTag = reference.StartsWith("refs/tags/", StringComparison.Ordinal);
        var bare = reference.Replace(isTag ? "refs/tags/" : "refs/heads/", "", StringComparison.Ordinal);
        return only ? !isTag && repository.ProtectedBranches.Contains(bare) : Policies.Exists(p => p.Type == (isTag ? "tag" : "branch") && FileName.Matches(p.Name, bare));
    }
}

/// <summary>Patterns as Ruby's <c>File.fnmatch</c> reads them: <c>*</c> and <c>?</c> do not cross a slash, <c>**/</c> does where a segment begins.</summary>
public static class FileName
{
    public static bool Matches(string pattern, string name) => Matches(pattern.AsSpan(), name.AsSpan(), isBegin: true);

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name, bool isBegin)
    {
        if (pattern.IsEmpty) return name.IsEmpty;
        if (isBegin && pattern.StartsWith("**/"))
        {
            for (var rest = name; ;)
            {
                if (Matches(pattern[3..], rest, isBegin: true)) return true;
                var slash = rest.IndexOf('/');
                if (slash < 0) return false;
                rest = rest[(slash + 1)..];
            }
        }

        if (pattern[0] == '*')
        {
            for (var taken = 0; ; taken++)
            {
                if (Matches(pattern[1..], name[taken..], isBegin: false)) return true;
                if (taken == name.Length || name[taken] == '/') return false;
            }
        }

        return !name.IsEmpty && (pattern[0] == name[0] || (pattern[0] == '?' && name[0] != '/')) && Matches(pattern[1..], name[1..], pattern[0] == '/');
    }
}
