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
    /// <summary>The role's account; <c>own</c> for that of the process's own credentials, whichever it is.</summary>
    public string Account => Role?.Split(':')[4] ?? "own";

    /// <summary>What stands for something of this account and region, told by its kind and name, when environments claim what is theirs.</summary>
    public string Claim(string kind, params IEnumerable<string> names) =>
        // Whatever lies below a slash is claimed with what stands before it, and in these names it means nothing of the kind.
        string.Join(':', [kind, Account, Region, .. names]).Replace('/', '|');

    /// <summary>What a parameter is claimed as by whoever writes it.</summary>
    public IEnumerable<string> ParameterClaims(params IEnumerable<string?> names) => names.OfType<string>().Select(name => Claim("ssm", name));

    public static AwsPlace Of(TargetSpec target) => Read(target.Settings);

    /// <summary>From settings or from a step's inputs: both keep them under the same keys.</summary>
    public static AwsPlace Read(JsonObject settings) => new(Settings.RequiredText(settings, "region"), Settings.Text(settings, "role"));

    public void WriteTo(JsonObject inputs) => (inputs["region"], inputs["role"]) = (Region, Role);

    /// <summary>For a look outside of a deployment: a plan, a check, an observation.</summary>
    /// <param name="key">The environment that is looked at.</param>
    /// <param name="purpose">Names the session, such as <c>plan</c>.</param>
    public AwsScope ForLook(EnvironmentKey key, string purpose) => new(Region, Role, SessionName.Of(key, SessionName.Run is { } run ? $"{run}-{purpose}" : purpose));

    /// <summary>For a step: its deployment names the session, its token its places in the lines of limits.</summary>
    public AwsScope ForStep(StepContext context) => new(Region, Role, SessionName.Of(context.Deployment.Key, RunOf(context)))
    {
        GoesFirst = context.Deployment.Phase == Phase.RollingBack,
        Ticket = context.IdempotencyToken,
    };

    // CI's run where there is one: that is what people look up. Else the deployment.
    private static string RunOf(StepContext context) => SessionName.Run ?? context.Deployment.Id.Value[^12..];
}
