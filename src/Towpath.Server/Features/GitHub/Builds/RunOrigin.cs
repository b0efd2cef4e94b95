using System.Text.RegularExpressions;
using Towpath.Core.Applications;
using Towpath.GitHub.Oidc;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Builds;

/// <summary>Where a run comes from, as far as its token tells: a branch, a tag, or a pull request.</summary>
internal sealed partial record RunOrigin(string? Branch, string? Tag, long? Pull)
{
    private const string PullRequest = "pull_request";
    private const string Branches = "refs/heads/";
    private const string Tags = "refs/tags/";

    /// <summary>
    /// What starts a run with code that stands on the run's ref. Others, such as <c>pull_request_target</c>, <c>workflow_run</c> and <c>issue_comment</c>, run under the
    /// default branch's name for whoever comes along, and may have checked out anything.
    /// </summary>
    private static readonly string[] Trusted = ["push", "workflow_dispatch", "repository_dispatch", "release", "schedule"];

    public static Answer<RunOrigin> Of(WorkflowToken token, ApplicationSpec application)
    {
        if (!string.Equals(token.Workflow.Repository, token.Repository, StringComparison.OrdinalIgnoreCase) || !string.Equals(token.Workflow.Ref, token.Ref, StringComparison.Ordinal))
            return Refusal.NotAllowed("workflow_not_allowed", $"The run's workflow is {token.Workflow}, and not one of {token.Repository} at {Shown(token.Ref)}, which is what it runs for.");
        if (!application.Builds.AllowsWorkflow(token.Workflow.Path, token.JobWorkflow.ToString())) return WrongWorkflow(token, application);
        return token.EventName is PullRequest ? OfPull(token, application) : OfRef(token, application);
    }

    private static Answer<RunOrigin> OfRef(WorkflowToken token, ApplicationSpec application)
    {
        if (!Trusted.Contains(token.EventName, StringComparer.Ordinal))
            return Refusal.NotAllowed(
                "event_not_allowed",
                $"The run was started by the event '{Shown(token.EventName)}', under which code from anywhere can be built in the name of {Shown(token.Ref)}. Report builds from {string.Join(", ", Trusted)}, or, for previews, from {PullRequest}.");
        var patterns = application.Builds.RefsOf(application);
        if (!Core.AnchoredPattern.IsMatchAny(patterns, token.Ref)) return WrongRef(token, application, patterns);
        if (token.Ref.StartsWith(Branches, StringComparison.Ordinal)) return new RunOrigin(token.Ref[Branches.Length..], null, null);
        return token.Ref.StartsWith(Tags, StringComparison.Ordinal) ? new RunOrigin(null, token.Ref[Tags.Length..], null) : WrongRef(token, application, patterns);
    }

    private static Answer<RunOrigin> OfPull(WorkflowToken token, ApplicationSpec application)
    {
        if (Merge().Match(token.Ref) is not { Success: true } match || !long.TryParse(match.Groups["number"].ValueSpan, out var number))
            return Refusal.NotAllowed("ref_not_allowed", $"The run was started by a pull request, and its ref is {Shown(token.Ref)} instead of refs/pull/NUMBER/merge. Report it from a run of an open pull request.");
        return application.Previews is null
            ? Refusal.NotAllowed("no_previews", $"The run was started by pull request #{number}, and '{application.Name}' has no `previews`, which is the only place where its builds could go.")
            : new RunOrigin(null, null, number);
    }

    private static Refusal WrongWorkflow(WorkflowToken token, ApplicationSpec application) => Refusal.NotAllowed(
        "workflow_not_allowed",
        $"Builds of '{application.Name}' come from {string.Join(", ", application.Builds.Workflows.Select(p => $"`{p}`"))}, and this run's workflow is {token.Workflow} (job: {token.JobWorkflow}). Add it to `builds.workflows` of the app spec if it is meant.");

    private static Refusal WrongRef(WorkflowToken token, ApplicationSpec application, IReadOnlyList<string> patterns) => Refusal.NotAllowed(
        "ref_not_allowed",
        patterns.Count == 0
            ? $"'{application.Name}' says nothing of where its builds may come from. Write `builds: {{ refs: [main] }}` or an `auto_deploy` into the app spec."
            : $"Builds of '{application.Name}' come from {string.Join(", ", patterns.Select(p => $"`{p}`"))}, and this run is for {Shown(token.Ref)}. Add it to `builds.refs` of the app spec if it is meant.");

    private static string Shown(string text) => Core.PlainText.Of(text, 200);

    [GeneratedRegex(@"\Arefs/pull/(?<number>[1-9][0-9]{0,17})/merge\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Merge();
}
