using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Rollouts;

/// <summary>What others do to a deployment while it is going on: an alarm goes off, somebody deploys or stops.</summary>
internal static class OtherPeople
{
    public static void Schedule(Rollout rollout, ServiceDeployment made, RolloutScript script)
    {
        if (script.AlarmAfter is { } alarm) rollout.After(alarm, () => GoOff(made, script));
        if (script.SupersededAfter is { } superseded) rollout.After(superseded, () => Deploy(made, script));
        if (script.StoppedAfter is { } stopped) rollout.After(stopped, () => rollout.StopByHand(script.StopType));
    }

    private static void GoOff(ServiceDeployment made, RolloutScript script)
    {
        if ((script.Alarm ?? FirstAlarm(made)) is { } name)
            made.Service.Region.Alarms.Set(name, "ALARM", "Threshold Crossed: scripted");
    }

    private static string? FirstAlarm(ServiceDeployment made) => made.Alarms?.Strings("alarmNames") is [var first, ..] ? first : null;

    private static void Deploy(ServiceDeployment made, RolloutScript script)
    {
        var service = made.Service;
        var before = made.Sources is [var source, ..] ? source.Revision.Definition : made.Target.Definition;
        var definition = script.SupersededBy is { } reference ? service.Region.Ecs.TaskDefinitions.Usable(reference) : before;
        service.Deploy(definition, new RolloutScript());
    }
}
