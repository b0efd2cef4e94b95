using Towpath.Aws.Calling;
using Towpath.Core.Targets;

namespace Towpath.Aws.Ecs.Inspection;

/// <summary>Looks that become findings: a call that is not allowed leaves the thing unknown, not wrong.</summary>
internal static class Looks
{
    /// <param name="subject">What is looked at.</param>
    /// <param name="look">Null where all is well, else what is wrong and what to do.</param>
    /// <param name="detail">What it is, where all is well.</param>
    public static async Task<Finding> AtAsync(string subject, Func<Task<string?>> look, Func<string?>? detail = null)
    {
        try
        {
            return await look() is { } wrong ? new Finding(subject, FindingState.Wrong, wrong) : new Finding(subject, FindingState.Ok, detail?.Invoke());
        }
        catch (AwsException e) when (e.IsDenied)
        {
            return new Finding(subject, FindingState.Skipped, $"may not be looked at: {e.Failure.Code} at {e.Failure.Service} {e.Failure.Operation}");
        }
    }

    public static Finding Skipped(string subject, string why) => new(subject, FindingState.Skipped, why);
}
