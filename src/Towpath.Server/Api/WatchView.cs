using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Watches;

namespace Towpath.Server.Api;

public sealed record WatchList(IReadOnlyList<WatchView> Watches);

/// <summary>What an environment is to get since something was pushed.</summary>
public sealed record WatchView
{
    public required string Application { get; init; }
    public required string Environment { get; init; }

    /// <summary>In full, such as <c>refs/heads/main</c>.</summary>
    public required string Ref { get; init; }
    public required string Commit { get; init; }

    /// <summary>When the ref was moved there.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary><c>waiting</c> where nothing was requested yet, else <c>requested</c>.</summary>
    public required string State { get; init; }

    /// <summary>What it waits for: before there is a deployment, or as the deployment.</summary>
    public string? WaitsFor { get; init; }
    public DeploymentId? Deployment { get; init; }
    public Phase? Phase { get; init; }

    /// <summary>What was pushed, and for what it waits.</summary>
    [JsonIgnore]
    public string InWords => $"commit {CommitName.Short(Commit)} of {PlainText.Of(WatchRules.BranchOf(Ref) ?? WatchRules.TagOf(Ref) ?? Ref, 60)} waits for {WaitsFor}";
}
