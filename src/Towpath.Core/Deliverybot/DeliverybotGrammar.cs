using Towpath.Core.Applications.Grammar;

namespace Towpath.Core.Deliverybot;

/// <summary>The keys of one target in <c>.github/deploy.yml</c>. Others are passed over with a note, as Deliverybot passed over them silently.</summary>
public static class DeliverybotGrammar
{
    public static Rule.Mapping Target { get; } = new(
        new Key("auto_deploy_on", Texts.MayBeEmpty, "A full ref such as `refs/heads/main`, one with a trailing `*`, or `pr` for every pull request."),
        new Key("environment", Texts.MayBeEmpty, "GitHub's environment. Default `production`."),
        new Key("production_environment", new Rule.Toggle(), "Whether people use it. Default: whether the environment is called `production`."),
        new Key("transient_environment", new Rule.Toggle(), "Whether it will be gone at some time. Default `false`."),
        new Key("required_contexts", new Rule.ListOf(Texts.Any), "Names of the checks that must have passed. All that are known if left out, none where it is `[]`."),
        new Key("auto_merge", new Rule.Toggle(), "Whether GitHub merges the default branch into the ref first. Default `false`."),
        new Key("task", Texts.MayBeEmpty, "What the deployment is for. Default `deploy`."),
        new Key("description", Texts.MayBeEmpty, "A short description."),
        new Key("payload", new Rule.MapOf(new Rule.Anything()), "What the listener is told besides."),
        new Key("deployments", new Rule.ListOf(new Rule.Anything()), "An older form: the first one's keys count where the target does not have them."));

    /// <summary>What the first of <c>deployments</c> may bring; Deliverybot looked at all of these but <c>required_contexts</c>.</summary>
    public static IReadOnlyList<string> OfDeployments { get; } = ["task", "auto_merge", "payload", "environment", "description", "required_contexts"];
}
