using System.Globalization;
using Towpath.Core;
using Towpath.Core.Deployments;

namespace Towpath.Engine.Work;

/// <summary>The kinds of work and the names of their queues. A deployment stands in its environment's line; the others have queues of their own, whose names no environment can have.</summary>
public static class Queues
{
    public const string Deployment = "deployment";
    public const string EvaluateGates = "evaluate-gates";
    public const string EvaluateApplication = "evaluate-application";

    /// <summary>Payload of <see cref="EvaluateApplication"/>: only what waits outside the line.</summary>
    public const string WaitingOnly = "waiting";
    public const string Prune = "prune";
    public const string Recurring = "recurring";

    /// <summary>The pending deliveries of one lane.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>What is to be looked at again in one lane since something was told of it.</summary>
    public const string Looks = "looks";

    public static string Line(EnvironmentKey key) => key.ToString();

    public static string Gates(DeploymentId id) => $"gates:{id}";

    public static string Application(string application) => $"evaluate:{application}";

    /// <summary>A queue beside <see cref="Application"/>, so that a look at a few does not pass for a look at all.</summary>
    public static string Waiting(string application) => $"evaluate-waiting:{application}";

    /// <summary>Of each machine its own: a row for one that is gone would keep the others from theirs.</summary>
    public static string Pruning(EnvironmentKey key, string? capability) => $"prune:{key}@{capability}";

    public static string Lane(int lane) => string.Create(CultureInfo.InvariantCulture, $"deliveries:{lane}");

    public static string LookLane(int lane) => string.Create(CultureInfo.InvariantCulture, $"looks:{lane}");

    public static string Named(string recurring) => $"recurring:{recurring}";
}
