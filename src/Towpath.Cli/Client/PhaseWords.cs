using Towpath.Cli.Output;
using Towpath.Core.Deployments;

namespace Towpath.Cli.Client;

/// <summary>Phases with their colour and their exit code.</summary>
internal static class PhaseWords
{
    public static string Painted(Phase phase, Paint paint)
    {
        var word = Words.Of(phase);
        return phase switch
        {
            Phase.Succeeded => paint.Green(word),
            Phase.Failed or Phase.RolledBack or Phase.RollbackFailed => paint.Red(word),
            Phase.Waiting or Phase.NeedsAttention => paint.Yellow(word),
            Phase.Queued or Phase.Running or Phase.Verifying or Phase.RollingBack or Phase.Cancelled or Phase.Superseded => word,
        };
    }

    /// <summary>For who asked and does not wait for the end.</summary>
    public static int ExitCodeNow(Phase phase) => phase switch
    {
        Phase.Queued or Phase.Running or Phase.Verifying or Phase.Succeeded => ExitCodes.Done,
        Phase.Waiting => ExitCodes.Waiting,
        Phase.Failed or Phase.RollingBack or Phase.RolledBack or Phase.RollbackFailed or Phase.Cancelled or Phase.Superseded => ExitCodes.Failed,
        Phase.NeedsAttention => ExitCodes.Technical,
    };

    /// <summary>For who waited until it ended, or until the time was over.</summary>
    public static int ExitCodeAtEnd(Phase phase) => phase switch
    {
        Phase.Succeeded => ExitCodes.Done,
        Phase.Waiting => ExitCodes.Waiting,
        Phase.Failed or Phase.RollingBack or Phase.RolledBack or Phase.RollbackFailed or Phase.Cancelled or Phase.Superseded => ExitCodes.Failed,
        // Time is over and it still runs: nothing is known.
        Phase.Queued or Phase.Running or Phase.Verifying or Phase.NeedsAttention => ExitCodes.Technical,
    };
}
