using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>The lifecycle stages of each strategy. Source: Amazon ECS Developer Guide, lifecycle stages of service deployments.</summary>
internal static class Stages
{
    private static readonly string[] Rolling = ["PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP", "BAKE_TIME", "CLEAN_UP"];

    private static readonly string[] Shifting =
    [
        "PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT", "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP",
    ];

    public static IReadOnlyList<string> Of(ServiceDeployment deployment) => deployment.Strategy == "ROLLING" ? Rolling : Shifting;

    /// <summary>The target's shares of production traffic one after another, each with the minutes that it is held.</summary>
    public static IEnumerable<(double Percent, double Minutes)> Shares(ServiceDeployment deployment)
    {
        var configuration = deployment.Configuration;
        if (deployment.Strategy == "CANARY" && configuration.Member("canaryConfiguration") is { } canary)
            yield return (canary.Fraction("canaryPercent") ?? 5, canary.Fraction("canaryBakeTimeInMinutes") ?? 10);
        if (deployment.Strategy == "LINEAR" && configuration.Member("linearConfiguration") is { } linear)
        {
            var step = linear.Fraction("stepPercent") ?? 10;
            for (var percent = step; percent < 100; percent += step) yield return (percent, linear.Fraction("stepBakeTimeInMinutes") ?? 6);
        }
        yield return (100, 0);
    }
}
