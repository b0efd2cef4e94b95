using Towpath.Aws.Calling;
using Towpath.Aws.Ssm;
using Towpath.Core.Targets;

namespace Towpath.Aws.Steps;

/// <summary>Looks that become findings: a call that is not allowed leaves the thing unknown, not wrong.</summary>
internal static class Findings
{
    /// <param name="subject">What is looked at.</param>
    /// <param name="look">Null where all is well, else what is wrong and what to do.</param>
    /// <param name="detail">What it is, where all is well.</param>
    /// <param name="words">What AWS's refusals mean here, where there is more to say than usual.</param>
    public static async Task<Finding> AtAsync(string subject, Func<Task<string?>> look, Func<string?>? detail = null, Func<AwsException, string>? words = null)
    {
        try
        {
            return await look() is { } wrong ? new Finding(subject, FindingState.Wrong, wrong) : new Finding(subject, FindingState.Ok, detail?.Invoke());
        }
        catch (AwsException e) when (e.Kind == RefusalKind.NotAllowed)
        {
            return new Finding(subject, FindingState.Skipped, $"may not be looked at: {words?.Invoke(e) ?? AwsWords.NextOf(e)}") { IsDenied = true };
        }
        catch (AwsException e) when (e.Kind != RefusalKind.Technical)
        {
            return new Finding(subject, FindingState.Wrong, words?.Invoke(e) ?? AwsWords.Of(e));
        }
        catch (SecretParameterException e)
        {
            return new Finding(subject, FindingState.Wrong, e.Message);
        }
    }

    public static Finding Skipped(string subject, string why) => new(subject, FindingState.Skipped, why);
}
