using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Server.Dashboard.Shell;

/// <summary>How a status looks: a shape, a word and a colour, so that none of them is needed alone.</summary>
/// <param name="Shape">The icon.</param>
/// <param name="Word">What it says.</param>
/// <param name="Colour">The class of its colour.</param>
public sealed record Tone(string Shape, string Word, string Colour)
{
    public static Tone Of(Health health) => health switch
    {
        Health.Healthy => new("check", "healthy", "good"),
        Health.Failed => new("cross", "failed", "bad"),
        Health.Unknown => new("ring", "nothing yet", "none"),
        Health.Deploying => new("arrows", "deploying", "busy"),
    };

    public static Tone Of(Phase phase) => new(ShapeOf(phase), Words.Of(phase), ColourOf(phase));

    public static Tone Of(StepStatus status) => status switch
    {
        StepStatus.Pending => new("ring", "pending", "none"),
        StepStatus.Running => new("arrows", "running", "busy"),
        StepStatus.Done => new("check", "done", "good"),
        StepStatus.Failed => new("cross", "failed", "bad"),
        StepStatus.Errored => new("cross", "errored", "bad"),
        StepStatus.Skipped => new("dash", "skipped", "none"),
    };

    private static string ShapeOf(Phase phase) => phase switch
    {
        Phase.Waiting => "hourglass",
        Phase.Queued => "dots",
        Phase.Running or Phase.Verifying => "arrows",
        Phase.RollingBack or Phase.RolledBack => "back",
        Phase.NeedsAttention => "warning",
        Phase.Succeeded => "check",
        Phase.Failed or Phase.RollbackFailed => "cross",
        Phase.Cancelled => "stop",
        Phase.Superseded => "dash",
    };

    private static string ColourOf(Phase phase) => phase switch
    {
        Phase.Waiting => "wait",
        Phase.Queued or Phase.Running or Phase.Verifying => "busy",
        Phase.RollingBack or Phase.RolledBack or Phase.NeedsAttention => "warn",
        Phase.Succeeded => "good",
        Phase.Failed or Phase.RollbackFailed => "bad",
        Phase.Cancelled or Phase.Superseded => "none",
    };
}
