using System.Text.RegularExpressions;
using Towpath.Aws.Steps;
using Towpath.Core.Applications.Grammar;

namespace Towpath.Aws.Ecs;

/// <summary>The keys of <c>target: { kind: ecs, … }</c>.</summary>
internal static partial class EcsGrammar
{
    private static readonly Rule.Text Looked = new(Expected: "a name, or `ssm:/parameter` to look it up");

    // A secret that was written in clear by mistake is not repeated.
    private static readonly Rule.Text Secret = new(Expected: "a reference to a secret: ssm:/parameter, or the ARN of a parameter or of a secret of AWS Secrets Manager")
    {
        Accepts = text => SecretReference().IsMatch(text),
        Sensitive = true,
    };

    private static readonly Rule.MapOf Containers = new(new Rule.Text(), NameExpected: "the name of an artifact");

    private static readonly Rule.ListOf Command = new(new Rule.Text()) { MinimumCount = 1 };

    public static Rule.Mapping Root { get; } = new(
        PlaceKeys.Region,
        PlaceKeys.Role,
        new Key("cluster", Looked, "The cluster; `default` if left out."),
        new Key("service", Looked, "The service."),
        new Key("services", new Rule.ListOf(Service) { MinimumCount = 1 }, "Several services, deployed together: when one fails, all go back."),
        new Key("scheduled_tasks", new Rule.ListOf(Scheduled), "Rules of EventBridge whose ECS target is pointed to the new revision."),
        new Key("container", new Rule.Text(), "Which container gets the image; needed where the task has several and none is called like the artifact."),
        new Key("version_parameter", PlaceKeys.Parameter, "The SSM parameter that the version is written to with each deployment; put back with a rollback."),
        new Key("task_definition", new Rule.Text(Expected: "s3://bucket/key, or a JSON file beside the spec") { Accepts = text => !text.Contains("://", StringComparison.Ordinal) || EcsTemplate.BucketOf(text) is not null }, "A partial task definition, merged into the running one by container name; it wins. `s3://bucket/key`, or a JSON file beside the spec."),
        new Key("secrets", new Rule.MapOf(Secret, NameExpected: "a variable name: letters, digits and underscores") { AcceptsName = Texts.IsVariableName }, "Secrets of the container, by variable name: references only."),
        new Key("migration", Migration, "A task that runs once with the new image before the services are changed."),
        new Key("alarms", new Rule.ListOf(new Rule.Text(), OrOne: true), "CloudWatch alarms that must exist; `towpath verify` looks at them."),
        new Key("within", new Rule.Duration(), "How long a rollout may take before it counts as failed; 30m if left out. Time in a PAUSE hook is not counted."))
    {
        ExactlyOneOf = ["service", "services"],
    };

    private static Rule.Mapping Service => new(
        new Key("service", Looked, "The service.", Required: true),
        new Key("cluster", Looked, "Its cluster, where that is not the target's."),
        new Key("containers", Containers, "Which container gets which artifact, by artifact name."));

    private static Rule.Mapping Scheduled => new(
        new Key("rule", Looked, "The rule.", Required: true),
        new Key("event_bus", new Rule.Text(), "Its event bus; the account's own if left out."),
        new Key("containers", Containers, "Which container gets which artifact, by artifact name."));

    private static Rule.Mapping Migration => new(
        new Key("command", Command, "What the task runs.", Required: true),
        new Key("rollback", Command, "What a task with the same image runs after a rollback."),
        new Key("container", new Rule.Text(), "The container that runs it; the one that gets the image if left out."),
        new Key("timeout", new Rule.Duration(), "How long it may take; 15m if left out."));

    [GeneratedRegex(@"\A(ssm:/[A-Za-z0-9_./-]+|arn:aws(-[a-z]+)*:(ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_./-]+|secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@:-]+))\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SecretReference();
}
