using System.Text.Json.Nodes;
using Towpath.GitHubEmulator.Accounts;
using Towpath.GitHubEmulator.Apps;
using Towpath.GitHubEmulator.Calling;
using Towpath.GitHubEmulator.Repositories;

namespace Towpath.GitHubEmulator.Deployments;

/// <summary>A request that a commit be deployed.</summary>
public sealed class Deployment(long id, Repository repository, Account creator, App? via)
{
    public long Id { get; } = id;

    public Repository Repository { get; } = repository;

    public Account Creator { get; } = creator;

    /// <summary>The app that made it.</summary>
    public App? Via { get; } = via;

    public required string Sha { get; init; }

    public required string Ref { get; init; }

    public required string Task { get; init; }

    public required JsonNode? Payload { get; init; }

    public required string OriginalEnvironment { get; init; }

    public required string Environment { get; set; }

    public required string? Description { get; init; }

    public required bool IsTransient { get; init; }

    public required bool IsProduction { get; init; }

    public DateTimeOffset CreatedAt { get; } = repository.World.Now;

    public List<DeploymentStatus> Statuses { get; } = [];

    public string? State => Statuses.Count == 0 ? null : Statuses[^1].State;

    public JsonObject View() => new()
    {
        ["url"] = Repository.Api($"deployments/{Id}"), ["id"] = Id, ["node_id"] = Account.Node("DE", Id), ["sha"] = Sha, ["ref"] = Ref, ["task"] = Task,
        ["payload"] = Payload?.DeepClone() ?? new JsonObject(), ["original_environment"] = OriginalEnvironment, ["environment"] = Environment, ["description"] = Description,
        ["creator"] = Creator.Simple(), ["created_at"] = Json.Time(CreatedAt), ["updated_at"] = Json.Time(Statuses.Count == 0 ? CreatedAt : Statuses[^1].At),
        ["statuses_url"] = Repository.Api($"deployments/{Id}/statuses"), ["repository_url"] = Repository.Api(""), ["transient_environment"] = IsTransient,
        ["production_environment"] = IsProduction, ["performed_via_github_app"] = Via?.View(),
    };
}

/// <summary>How a deployment goes on.</summary>
public sealed record DeploymentStatus(
    long Id, Deployment Deployment, string State, string Description, string Environment, string LogUrl, string EnvironmentUrl, Account Creator, App? Via, DateTimeOffset At)
{
    public JsonObject View()
    {
        var repository = Deployment.Repository;
        return new JsonObject
        {
            ["url"] = repository.Api($"deployments/{Deployment.Id}/statuses/{Id}"), ["id"] = Id, ["node_id"] = Account.Node("DES", Id), ["state"] = State,
            ["creator"] = Creator.Simple(), ["description"] = Description, ["environment"] = Environment, ["target_url"] = LogUrl, ["created_at"] = Json.Time(At),
            ["updated_at"] = Json.Time(At), ["deployment_url"] = repository.Api($"deployments/{Deployment.Id}"), ["repository_url"] = repository.Api(""),
            ["environment_url"] = EnvironmentUrl, ["log_url"] = LogUrl, ["performed_via_github_app"] = Via?.View(),
        };
    }
}

/// <summary>The deployments of a repository, and which of an environment still count as there.</summary>
public sealed class DeploymentBook
{
    private readonly SortedDictionary<long, Deployment> _all = [];
    private readonly Dictionary<string, List<Deployment>> _successful = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<Deployment> All => _all.Values;

    public int Count => _all.Count;

    public Deployment? Find(long id) => _all.GetValueOrDefault(id);

    internal void Add(Deployment deployment) => _all[deployment.Id] = deployment;

    internal void Remove(Deployment deployment)
    {
        _all.Remove(deployment.Id);
        foreach (var list in _successful.Values) list.Remove(deployment);
    }

    /// <summary>Keeps account of a new status; answers the earlier deployments that it makes inactive where that is wanted.</summary>
    internal IReadOnlyList<Deployment> Note(Deployment deployment, string state, bool autoInactive)
    {
        if (!_successful.TryGetValue(deployment.Environment, out var list)) _successful[deployment.Environment] = list = [];
        if (state != "success")
        {
            list.Remove(deployment);
            return [];
        }

        List<Deployment> ended = autoInactive ? list.FindAll(d => d.Id < deployment.Id && d is { IsTransient: false, IsProduction: false }) : [];
        foreach (var earlier in ended) list.Remove(earlier);
        if (!list.Contains(deployment)) list.Add(deployment);
        return ended;
    }
}
