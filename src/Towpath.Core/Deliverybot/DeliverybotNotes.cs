using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Deliverybot;

/// <summary>Collects what has to be told of a file that is read as it is (row D2 and its known defects).</summary>
internal sealed class DeliverybotNotes
{
    private readonly List<DeliverybotNote> _notes = [];

    public IReadOnlyList<DeliverybotNote> Sorted() => [.. _notes.Distinct().OrderBy(note => note.Line).ThenBy(note => note.Code, StringComparer.Ordinal)];

    public void UnknownKey(string target, SpecNode.Entry entry) => Add(
        entry.At, "unknown-key", target,
        $"'{Quote.Clean(entry.Key)}' is passed over, as Deliverybot did{Nearest.Hint(entry.Key, DeliverybotGrammar.Target.Keys.Select(key => key.Name))}");

    public void OnlyFirst(string target, SpecNode.Sequence deployments) => Add(
        deployments.At, "first-deployment", target,
        $"only the first of {deployments.Items.Count} deployments counts, as with Deliverybot; give each of the others a target of its own");

    public void ContextsOfDeployment(string target, SpecNode contexts) => Add(
        contexts.At, "contexts-of-deployment", target, "'required_contexts' inside of 'deployments' counts here; Deliverybot overlooked it there");

    public void OfTarget(SpecNode.Entry entry, SpecNode.Mapping mapping, DeliverybotTarget target)
    {
        OfChecks(entry, mapping, target);
        OfRef(mapping, target);
        OfEnvironment(entry, mapping, target);
        if (target.AutoMerge)
            Add(mapping.Find("auto_merge")!.At, "auto-merge", target.Name, "where GitHub merges the default branch first, nothing is deployed yet; the merge is a push, and is deployed when its own checks have passed. Deliverybot took the merge for a deployment");
        foreach (var key in (ReadOnlySpan<string>)["environment", "description", "payload"])
            if (mapping.Find(key) is { } written) OfVariables(target.Name, written.Value);
    }

    /// <summary>What holds for every file, told once where there is anything to deploy.</summary>
    public void OfFile(IReadOnlyList<DeliverybotTarget> targets)
    {
        if (targets.Count == 0) return;
        Add(1, "default-branch", "this file counts as it stands on the default branch; Deliverybot read it from the ref that it deployed, so that a pull request could take away its own checks");
        Add(1, "failed-again", "a deployment that failed does not count as deployed: a later push of the commit or '/deploy TARGET' tries again; Deliverybot never did");
        Add(1, "waits", "at a lock, a pending check or GitHub's silence a deployment waits and goes on by itself; Deliverybot forgot it at a lock");
        foreach (var (target, name) in DeliverybotTranslation.NamesOf(targets))
            if (!string.Equals(target, name, StringComparison.Ordinal))
                Add(1, "renamed", $"the environment of the target '{Quote.Clean(target)}' is called '{name}' here; GitHub and '/deploy' keep its own name");
        foreach (var shared in targets.Where(target => !target.IsOfPullRequests).GroupBy(target => target.Environment, StringComparer.Ordinal).Where(same => same.Skip(1).Any()))
            Add(1, "shared-environment", $"{Quote.Choice(shared.Select(target => target.Name)).Replace(" or ", " and ", StringComparison.Ordinal)} deploy to one environment of GitHub, '{Quote.Clean(shared.Key)}'; here each has its own history, and a deployment of one does not stand for the other");
    }

    private void OfChecks(SpecNode.Entry entry, SpecNode.Mapping mapping, DeliverybotTarget target)
    {
        if (target.RequiredChecks is null)
            Add(mapping.Find("required_contexts")!.At, "no-checks", target.Name, "'required_contexts' is empty, so that no check is waited for; leave it out to wait for all");
        else if (target.RequiredChecks.IsEvery)
            Add(entry.At, "all-checks", target.Name, "there are no 'required_contexts', so that every check which is known for the commit must have passed, and at least one; Deliverybot waited for none. Name some, or write 'required_contexts: []' where there is no CI");
    }

    private void OfRef(SpecNode.Mapping mapping, DeliverybotTarget target)
    {
        if (target.AutoDeployOn is not { } on) return;
        var at = mapping.Find("auto_deploy_on")!.At;
        var star = on.IndexOf('*', StringComparison.Ordinal);
        if (on is "pr") Add(at, "forks", target.Name, "pull requests from forks are not deployed by themselves, since deployments have secrets; Deliverybot deployed them");
        else if (on.TrimEnd('*').Contains('*', StringComparison.Ordinal))
            Add(at, "inner-star", target.Name, $"'{Quote.Clean(on)}' is about the whole ref; Deliverybot took it for '{Quote.Clean(on[..(star + 1)])}'");
        else if (on is "*" or "p*" or "pr*") Add(at, "star-is-no-pr", target.Name, $"'{on}' means refs, not pull requests; write 'pr' for those. Deliverybot deployed both");
        if (on is not "pr" && AutoDeployOf(target) is null)
            Add(at, "no-ref", target.Name, $"no branch or tag is called '{Quote.Clean(on)}' in full, so that nothing is deployed by itself; write {(star < 0 && !on.Contains('/', StringComparison.Ordinal) ? $"'refs/heads/{Quote.Clean(on)}'" : "'refs/heads/…' or 'refs/tags/…'")}");
    }

    private static AutoDeploy? AutoDeployOf(DeliverybotTarget target) => DeliverybotRefs.ToAutoDeploy(target.AutoDeployOn);

    private void OfEnvironment(SpecNode.Entry entry, SpecNode.Mapping mapping, DeliverybotTarget target)
    {
        if (target.Environment is "production" && mapping["production_environment"] is null)
            Add(entry.At, "production", target.Name, "the environment 'production' is told to GitHub as one that people use, as Deliverybot's documentation has it; write 'production_environment: false' where it is not");
        if (target.AutoDeployOn is "pr" && !DeploymentVariables.NamesIn(target.Environment).Any(name => DeploymentVariables.Canonical(name) is "pr"))
            Add(entry.At, "shared-by-pulls", target.Name, $"all pull requests deploy to '{Quote.Clean(target.Environment)}', one over the other; put '${{{{ pr }}}}' into its name to give each its own");
    }

    private void OfVariables(string target, SpecNode node)
    {
        foreach (var text in TextsIn(node))
            foreach (var name in DeploymentVariables.NamesIn(text.Value))
                if (DeploymentVariables.Canonical(name) is null)
                    Add(text.At, "empty-variable", target, $"'${{{{ {Quote.Clean(name)} }}}}' is left empty; known: {string.Join(", ", DeploymentVariables.Known)}");
                else if (name is "ref")
                    Add(text.At, "short-ref", target, "'${{ ref }}' is the short name of the branch or tag, as Deliverybot's documentation has it; after a push Deliverybot filled in 'refs/heads/…'");
    }

    private static IEnumerable<SpecNode.Scalar> TextsIn(SpecNode node) => node switch
    {
        SpecNode.Scalar scalar => [scalar],
        SpecNode.Sequence sequence => sequence.Items.SelectMany(TextsIn),
        SpecNode.Mapping mapping => mapping.Entries.SelectMany(entry => TextsIn(entry.Value)),
        _ => [],
    };

    private void Add(Place at, string code, string target, string message) => Add(at.Line, code, $"{Quote.Clean(target)}: {message}");

    private void Add(int line, string code, string message) => _notes.Add(new DeliverybotNote(line, code, message));
}
