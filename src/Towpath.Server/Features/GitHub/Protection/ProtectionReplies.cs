using System.Text.Json.Nodes;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.Audit;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>Gives GitHub the answers, each noted before it is given, and the reports, each noted after it (ADR 10).</summary>
public sealed partial class ProtectionReplies(IStore store, ProtectionRulesApi rules, ActionsApi actions, Audits audits, ILogger<ProtectionReplies> logger)
{
    /// <summary>GitHub takes ten.</summary>
    private const int MostReports = 10;

    private const string Actor = "towpath";

    /// <param name="work">Its owner says it, and nobody else.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="repository">Where.</param>
    /// <param name="state">Yes or no.</param>
    /// <param name="findings">Why.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <returns>The request as it stands then: without an answer where GitHub took none, and the run still waits.</returns>
    internal async Task<ProtectionRequest> DecideAsync(
        ClaimedWork work, ProtectionRequest request, KnownRepository repository, ProtectionState state, IReadOnlyList<ProtectionFinding> findings, CancellationToken stop)
    {
        var word = state switch { ProtectionState.Approved => "approved", ProtectionState.Rejected => "rejected" };
        var comment = ProtectionComment.Render(findings);
        request = await IntendAsync(work, request, repository, word, comment, findings, stop);
        try
        {
            await rules.AnswerAsync(repository.At, request.RunId, new ProtectionAnswer(request.Environment, state, comment), stop);
            return request with { Answer = word };
        }
        catch (GitHubException refusal) when (IsNotAsked(refusal))
        {
            Log.Refused(logger, request.RunId, refusal);
            // It was answered before, by somebody who was killed before this was noted, or nobody asks any more. GitHub does not say which rules are still asked: where
            // the environment is waited for, this may as well be another fault, and is tried again.
            return await IsWaitedForAsync(request, repository, stop) ? request : request with { Answer = $"{word}; the run does not wait for it any more" };
        }
    }

    /// <returns>The request as it stands then.</returns>
    internal async Task<ProtectionRequest> ReportAsync(ClaimedWork work, ProtectionRequest request, KnownRepository repository, IReadOnlyList<ProtectionFinding> findings, CancellationToken stop)
    {
        var comment = ProtectionComment.Render(findings);
        if (request.Reports >= MostReports || string.Equals(request.Told, comment, StringComparison.Ordinal)) return request;
        if (!await store.Work.IsOwnedAsync(work.Fence, stop)) throw new OwnershipLostException();
        try
        {
            await rules.ReportAsync(repository.At, request.RunId, new ProtectionReport(request.Environment, comment), stop);
            return request with { Told = comment, Reports = request.Reports + 1 };
        }
        catch (GitHubException refusal) when (IsNotAsked(refusal))
        {
            Log.Refused(logger, request.RunId, refusal);
            return request with { Told = comment, Reports = MostReports };
        }
    }

    /// <summary>Once for each decision, however often it is tried to tell it.</summary>
    private async Task<ProtectionRequest> IntendAsync(
        ClaimedWork work, ProtectionRequest request, KnownRepository repository, string word, string comment, IReadOnlyList<ProtectionFinding> findings, CancellationToken stop)
    {
        var intended = request with { Told = $"{word}: {comment}" };
        if (intended == request && await store.Work.IsOwnedAsync(work.Fence, stop)) return request;
        var details = new JsonObject { ["repository"] = repository.At.FullName, ["run"] = request.RunId, ["github_environment"] = request.Environment, ["commit"] = request.Sha, ["told"] = comment };
        Change[] changes = [new Change.SaveProtectionRequest(intended), .. Entries($"protection_rule.{word}", details, findings)];
        if (await store.CommitAsync(new Commit { Fence = work.Fence, Changes = changes }, stop) is not CommitOutcome.Committed) throw new OwnershipLostException();
        return intended;
    }

    private IEnumerable<Change> Entries(string action, JsonObject details, IReadOnlyList<ProtectionFinding> findings)
    {
        var keys = findings.Select(finding => finding.Key).OfType<Core.EnvironmentKey>().Distinct().ToList();
        return keys.Count == 0 ? [audits.Of(Actor, action, details)] : keys.Select(key => audits.Of(Actor, action, key, details));
    }

    private async Task<bool> IsWaitedForAsync(ProtectionRequest request, KnownRepository repository, CancellationToken stop)
    {
        var pending = await actions.PendingAsync(repository.At, request.RunId, stop);
        return pending.Any(waited => string.Equals(waited.Environment.Name, request.Environment, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsNotAsked(GitHubException refusal) => refusal.IsMissing || refusal.Status == 422;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "GitHub takes no answer for the workflow run {Run}")]
        public static partial void Refused(ILogger logger, long run, GitHubException why);
    }
}
