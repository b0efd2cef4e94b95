using Towpath.Core.Commands;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;
using Towpath.Server.Features.GitHub.Work;

namespace Towpath.Server.Features.GitHub.Protection;

/// <summary>
/// Answers one workflow run that waits for an environment: yes, no, or, while it waits, a report on the gates that is told again when it changes. The row stays as long
/// as the run waits; done twice, GitHub says of the second answer that nobody asks any more.
/// </summary>
public sealed class AnswerProtection(IStore store, EngineServices services, GitHubRepositories repositories, ActionsApi actions, ProtectionVerdicts verdicts, ProtectionReplies replies) : IGitHubWorkHandler
{
    /// <summary>Whatever nobody told of is seen after so long.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>A run that GitHub does not show so long after it asked is gone.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(10);

    /// <summary>GitHub lets a job wait for 30 days, and then fails it.</summary>
    private static readonly TimeSpan GitHubWaits = TimeSpan.FromDays(30);

    public string Kind => ProtectionWork.Answer;

    public Task HandleAsync(ClaimedWork work, WorkSignals signals) => GitHubWork.RunAsync(store, services, work, async () =>
    {
        var (repositoryId, runId, environment) = ProtectionWork.Read(work);
        if (await store.Mirrors.RequestAsync(repositoryId, runId, environment, signals.Stop) is not { Answer: null } request) await services.FinishAsync(work, [], signals.Stop);
        else if (Age(request) > GitHubWaits) await EndAsync(work, request with { Answer = "GitHub gave it up after 30 days" }, signals.Stop);
        else if (await repositories.FindAsync(repositoryId, signals.Stop) is not { } repository) await AgainAsync(work, request, Longest, signals.Stop);
        else await AnswerAsync(work, request, repository, signals.Stop);
    });

    private async Task AnswerAsync(ClaimedWork work, ProtectionRequest request, KnownRepository repository, CancellationToken stop)
    {
        var run = await actions.FindRunAsync(repository.At, request.RunId, stop);
        if (run is null && Age(request) < Shown) await AgainAsync(work, request, TimeSpan.FromSeconds(10), stop);
        else if (run is null or { Status: "completed" }) await EndAsync(work, request with { Answer = run is null ? "the run is gone" : "the run has ended" }, stop);
        else await AnswerAsync(work, request, repository, await verdicts.FindAsync(request, run, repository, stop), stop);
    }

    private async Task AnswerAsync(ClaimedWork work, ProtectionRequest request, KnownRepository repository, IReadOnlyList<ProtectionFinding> findings, CancellationToken stop)
    {
        var closed = findings.Where(finding => finding.State == ProtectionAnswerState.Closed).ToList();
        var waiting = findings.Where(finding => finding.State == ProtectionAnswerState.Waiting).ToList();
        if (closed.Count > 0) request = await replies.DecideAsync(work, request, repository, ProtectionState.Rejected, closed, stop);
        else if (waiting.Count == 0) request = await replies.DecideAsync(work, request, repository, ProtectionState.Approved, findings, stop);
        else if (waiting.TrueForAll(finding => finding.IsTold)) request = await replies.ReportAsync(work, request, repository, findings, stop);

        if (request.Answer is not null) await EndAsync(work, request, stop);
        else await AgainAsync(work, request, waiting.Min(finding => finding.LookAgain) is { } soon && soon < Longest ? soon : Longest, stop);
    }

    private TimeSpan Age(ProtectionRequest request) => services.Time.GetUtcNow() - request.AskedAt;

    /// <summary>With a row of its own for the next look, so that whoever had one put in meanwhile has it done at once.</summary>
    private Task AgainAsync(ClaimedWork work, ProtectionRequest request, TimeSpan delay, CancellationToken stop) => services.FinishAsync(
        work, [new Change.SaveProtectionRequest(request)], stop, ProtectionWork.Of(request, delay < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : delay));

    private Task EndAsync(ClaimedWork work, ProtectionRequest request, CancellationToken stop) => services.FinishAsync(work, [new Change.SaveProtectionRequest(request)], stop);
}
