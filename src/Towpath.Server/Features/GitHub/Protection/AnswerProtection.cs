using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>
/// Answers one workflow run that waits for an environment: yes, no, or, while it waits, a report on the gates that is told again when it changes. The row stays as long
/// as the run waits; done twice, GitHub says of the second answer that nobody asks any more.
/// </summary>
public sealed partial class AnswerProtection(
    IStore store, EngineServices services, GitHubRepositories repositories, ActionsApi actions, ProtectionRulesApi rules, ProtectionVerdicts verdicts) : IWorkHandler
{
    /// <summary>GitHub takes ten.</summary>
    private const int MostReports = 10;

    /// <summary>Whatever nobody told of is seen after so long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>A run that GitHub does not show so long after it asked is gone.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(10);

    public string Kind => ProtectionWork.Answer;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(store, services, work, async () =>
    {
        var (repositoryId, runId, environment) = ProtectionWork.Read(work);
        if (await store.Mirrors.RequestAsync(repositoryId, runId, environment, signals.Stop) is not { Answer: null } request) await services.FinishAsync(work, [], signals.Stop);
        else if (await repositories.FindAsync(repositoryId, signals.Stop) is not { } repository) await AgainAsync(work, request, Longest, signals.Stop);
        else await AnswerAsync(work, request, repository, signals.Stop);
    });

    public Task<IReadOnlyList<Change>?> GivenUpAsync(ClaimedWork work, Exception exception, CancellationToken cancellationToken) => Task.FromResult(GitHubWork.GivenUp(work, exception));

    private async Task AnswerAsync(ClaimedWork work, ProtectionRequest request, KnownRepository repository, CancellationToken stop)
    {
        var run = await actions.FindRunAsync(repository.At, request.RunId, stop);
        if (run is null && services.Time.GetUtcNow() - request.AskedAt < Shown)
        {
            await AgainAsync(work, request, TimeSpan.FromSeconds(10), stop);
            return;
        }

        if (run is null or { Status: "completed" })
        {
            await EndAsync(work, request, run is null ? "the run is gone" : "the run has ended", stop);
            return;
        }

        var findings = await verdicts.FindAsync(request, run, repository.At.FullName, stop);
        if (findings.Any(finding => finding.State == ProtectionAnswerState.Closed))
            await SayAsync(work, request, repository, ProtectionState.Rejected, [.. findings.Where(finding => finding.State == ProtectionAnswerState.Closed)], stop);
        else if (findings.All(finding => finding.State == ProtectionAnswerState.Open)) await SayAsync(work, request, repository, ProtectionState.Approved, findings, stop);
        else await WaitAsync(work, request, repository, findings, stop);
    }

    private async Task SayAsync(ClaimedWork work, ProtectionRequest request, KnownRepository repository, ProtectionState state, IReadOnlyList<ProtectionFinding> findings, CancellationToken stop)
    {
        var word = state switch { ProtectionState.Approved => "approved", ProtectionState.Rejected => "rejected" };
        await OwnedAsync(work, stop);
        try
        {
            await rules.AnswerAsync(repository.At, request.RunId, new ProtectionAnswer(request.Environment, state, ProtectionComment.Render(findings)), stop);
        }
        catch (GitHubException refusal) when (refusal.IsMissing || refusal.Status == 422)
        {
            // It was answered before, by somebody who was killed before this was noted, or nobody asks any more.
            Log.Refused(services.Logger, request.RunId, refusal);
        }

        await EndAsync(work, request, word, stop);
    }

    private async Task WaitAsync(ClaimedWork work, ProtectionRequest request, KnownRepository repository, IReadOnlyList<ProtectionFinding> findings, CancellationToken stop)
    {
        var waiting = findings.Where(finding => finding.State == ProtectionAnswerState.Waiting).ToList();
        var delay = waiting.Min(finding => finding.LookAgain) is { } soon && soon < Longest ? soon : Longest;
        var comment = ProtectionComment.Render(findings);
        if (waiting.TrueForAll(finding => finding.IsTold) && request.Reports < MostReports && !string.Equals(request.Told, comment, StringComparison.Ordinal))
        {
            await OwnedAsync(work, stop);
            request = request with { Told = comment, Reports = await ReportAsync(request, repository, comment, stop) ? request.Reports + 1 : MostReports };
        }

        await AgainAsync(work, request, delay, stop);
    }

    /// <returns>False where GitHub takes no more of them.</returns>
    private async Task<bool> ReportAsync(ProtectionRequest request, KnownRepository repository, string comment, CancellationToken stop)
    {
        try
        {
            await rules.ReportAsync(repository.At, request.RunId, new ProtectionReport(request.Environment, comment), stop);
            return true;
        }
        catch (GitHubException refusal) when (refusal.IsMissing || refusal.Status == 422)
        {
            Log.Refused(services.Logger, request.RunId, refusal);
            return false;
        }
    }

    /// <summary>With a row of its own for the next look, so that whoever had one put in meanwhile has it done at once.</summary>
    private Task AgainAsync(ClaimedWork work, ProtectionRequest request, TimeSpan delay, CancellationToken stop) => services.FinishAsync(
        work, [new Change.SaveProtectionRequest(request)], stop, ProtectionWork.Of(request, delay < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : delay));

    private Task EndAsync(ClaimedWork work, ProtectionRequest request, string answer, CancellationToken stop) =>
        services.FinishAsync(work, [new Change.SaveProtectionRequest(request with { Answer = answer })], stop);

    private async Task OwnedAsync(ClaimedWork work, CancellationToken stop)
    {
        if (!await store.Work.IsOwnedAsync(work.Fence, stop)) throw new OwnershipLostException();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "GitHub takes no answer for the workflow run {Run}")]
        public static partial void Refused(ILogger logger, long run, GitHubException why);
    }
}
