using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Actions;

/// <summary>How the next runs of a workflow go. A time that is null never comes by itself.</summary>
public sealed record RunPlan
{
    /// <summary>From the dispatch until the run is seen in lists.</summary>
    public TimeSpan AppearsAfter { get; init; }

    public TimeSpan? QueuedFor { get; init; } = TimeSpan.Zero;

    public TimeSpan? RunsFor { get; init; } = TimeSpan.Zero;

    public string Conclusion { get; init; } = "success";

    public IReadOnlyList<JobPlan> Jobs { get; init; } = [new JobPlan("deploy", ["Run deploy"])];
}

/// <param name="Steps">Names; <c>${{ inputs.NAME }}</c> is replaced.</param>
/// <param name="Environment">Where the job deploys: its protection rules are asked first.</param>
public sealed record JobPlan(string Name, IReadOnlyList<string> Steps, string? Environment = null);

/// <summary>A workflow file.</summary>
public sealed class Workflow(long id, Repository repository, string path)
{
    public long Id { get; } = id;

    public Repository Repository { get; } = repository;

    public string Path { get; } = path;

    public string Name { get; set; } = System.IO.Path.GetFileNameWithoutExtension(path);

    /// <summary>The <c>run-name</c>; <c>${{ inputs.NAME }}</c> is replaced. Null: the workflow's name.</summary>
    public string? RunName { get; set; }

    public bool CanBeDispatched { get; set; } = true;

    /// <summary>Whether an input is required, by name; others are refused.</summary>
    public Dictionary<string, bool> Inputs { get; } = new(StringComparer.Ordinal);

    public RunPlan Plan { get; set; } = new();

    public DateTimeOffset CreatedAt { get; } = repository.World.Now;

    public JsonObject View() => new()
    {
        ["id"] = Id, ["node_id"] = Account.Node("W", Id), ["name"] = Name, ["path"] = Path, ["state"] = "active", ["created_at"] = Json.Time(CreatedAt),
        ["updated_at"] = Json.Time(CreatedAt), ["url"] = Repository.Api($"actions/workflows/{Id}"), ["html_url"] = Repository.Web($"blob/{Repository.DefaultBranch}/{Path}"),
        ["badge_url"] = Repository.Web($"workflows/{Uri.EscapeDataString(Name)}/badge.svg"),
    };
}
