using System.Text.Json.Nodes;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;

namespace Towpath.Aws.Steps;

/// <summary>Where a target is: its region, and the role that Towpath acts as there.</summary>
/// <param name="Region">Such as <c>us-east-1</c>.</param>
/// <param name="Role">An ARN, or null for the process's own credentials.</param>
public sealed record AwsPlace(string Region, string? Role)
{
    public static AwsPlace Of(TargetSpec target) => Read(target.Settings);

    /// <summary>From settings or from a step's inputs: both keep them under the same keys.</summary>
    public static AwsPlace Read(JsonObject settings) => new(Settings.RequiredText(settings, "region"), Settings.Text(settings, "role"));

    public void WriteTo(JsonObject inputs) => (inputs["region"], inputs["role"]) = (Region, Role);

    /// <summary>For a look outside of a deployment: a plan, a check, an observation.</summary>
    /// <param name="key">The environment that is looked at.</param>
    /// <param name="purpose">Names the session, such as <c>plan</c>.</param>
    public AwsScope ForLook(EnvironmentKey key, string purpose) => new(Region, Role, SessionName.Of(key, purpose));

    /// <summary>For a step: its deployment names the session, its token its places in the lines of limits.</summary>
    public AwsScope ForStep(StepContext context) => new(Region, Role, SessionName.Of(context.Deployment.Key, RunOf(context)))
    {
        IsRollback = context.Deployment.Phase == Phase.RollingBack,
        Ticket = context.IdempotencyToken,
    };

    // CI's run where there is one: that is what people look up. Else the deployment.
    private static string RunOf(StepContext context) =>
        Environment.GetEnvironmentVariable("GITHUB_RUN_ID") is { Length: > 0 } run ? run : context.Deployment.Id.Value[^12..];
}
