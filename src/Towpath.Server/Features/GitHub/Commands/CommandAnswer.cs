using Towpath.Core.Commands;
using Towpath.Core.Deployments;

namespace Towpath.Server.Features.GitHub.Commands;

/// <summary>What becomes of a command.</summary>
/// <param name="State">Yes, no, or nothing at all.</param>
/// <param name="Note">In plain text.</param>
public sealed record CommandAnswer(PullCommandState State, string? Note = null)
{
    public bool ShowsHelp { get; init; }

    public DeploymentId? Deployment { get; init; }

    /// <summary>It was saved together with what it asks for.</summary>
    public bool IsSaved { get; init; }

    public static CommandAnswer Nothing { get; } = new(PullCommandState.Dropped);

    public static CommandAnswer No(string note) => new(PullCommandState.Refused, note);

    public static CommandAnswer Yes(string note) => new(PullCommandState.Accepted, note);

    public PullCommand Of(PullCommand command) => command with { State = State, Note = Note, ShowsHelp = ShowsHelp, Deployment = Deployment?.Value };
}
