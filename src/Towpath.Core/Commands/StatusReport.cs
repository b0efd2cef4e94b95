using Towpath.Core.Deployments;
using Towpath.Core.Gates;

namespace Towpath.Core.Commands;

/// <summary>What the one comment of a pull request tells of one environment.</summary>
public sealed record StatusReport
{
    public required EnvironmentKey Key { get; init; }
    public required Phase Phase { get; init; }
    public required string Version { get; init; }
    public required string Commit { get; init; }
    public required string RequestedBy { get; init; }

    /// <summary>When it came there.</summary>
    public required DateTimeOffset At { get; init; }
    public string? Branch { get; init; }
    public string? CommitMessage { get; init; }

    /// <summary>Why it ended without success, or what a person has to do.</summary>
    public string? Outcome { get; init; }
    public GateResult? Gates { get; init; }
    public IReadOnlyList<StatusStep> Steps { get; init; } = [];

    /// <summary>Of the deployment in Towpath.</summary>
    public string? Url { get; init; }

    /// <summary>Of what was deployed.</summary>
    public string? EnvironmentUrl { get; init; }
}

/// <param name="Name">As the plan has it.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Detail">What it says of itself, or why it failed.</param>
public sealed record StatusStep(string Name, StepStatus Status, string? Detail = null);
