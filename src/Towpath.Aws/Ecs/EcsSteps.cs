using Towpath.Aws.Ecs.Steps;
using Towpath.Core.Deployments;

namespace Towpath.Aws.Ecs;

/// <summary>The order in which a deployment and its rollback go.</summary>
internal static class EcsSteps
{
    /// <summary>From the first step on something that others read says the new version, so that a failure puts it back.</summary>
    public static IReadOnlyList<PlanStep> Forward(EcsInputs inputs)
    {
        var steps = new List<PlanStep>();
        if (inputs.VersionParameter is not null) steps.Add(Step("parameter", ParameterStep.Name, inputs, switches: true));
        steps.Add(Step("register", RegisterStep.Name, inputs));
        if (inputs.Migration is not null) steps.Add(Step("migrate", MigrateStep.Name, inputs, switches: inputs.Migration.Rollback.Count > 0));
        steps.Add(Step("update", UpdateStep.Name, inputs, switches: true));
        steps.Add(Step("follow", FollowStep.Name, inputs));
        return steps;
    }

    /// <param name="deploy">What is put back.</param>
    /// <param name="good">What last succeeded; null where nothing is known: then what the deployment did is taken back.</param>
    public static IReadOnlyList<PlanStep> Back(EcsInputs deploy, EcsInputs? good)
    {
        if (good is null) return Undo(deploy);
        var steps = new List<PlanStep>
        {
            Step("stop", StopStep.Name, good),
            Step("register", RegisterStep.Name, good),
            Step("update", UpdateStep.Name, good, switches: true),
            Step("follow", FollowStep.Name, good),
        };
        if (deploy.Migration is { Rollback.Count: > 0 }) steps.Add(Step("migrate", MigrateStep.Name, good));
        if (good.VersionParameter is not null) steps.Add(Step("parameter", ParameterStep.Name, good));
        return steps;
    }

    /// <summary>
    /// Puts each thing back as the deployment found it. That what ran before is well is not known, so that it is not followed: it may never have been.
    /// </summary>
    private static List<PlanStep> Undo(EcsInputs deploy)
    {
        var before = deploy.Undoing();
        List<PlanStep> steps = [Step("stop", StopStep.Name, before), Step("register", RegisterStep.Name, before), Step("update", UpdateStep.Name, before)];
        if (deploy.Migration is { Rollback.Count: > 0 }) steps.Add(Step("migrate", MigrateStep.Name, deploy));
        if (deploy.VersionParameter is not null) steps.Add(Step("parameter", ParameterStep.Name, before));
        return steps;
    }

    // The template and the like are for the step that makes the revision; the others need not carry them.
    private static PlanStep Step(string name, string kind, EcsInputs inputs, bool switches = false) => new(
        name, kind, Stage.Deploy, switches,
        (kind == RegisterStep.Name ? inputs : inputs with { Template = null, Variables = EcsInputs.None, Secrets = EcsInputs.None }).ToJson());
}
