using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;

namespace Towpath.Server.Features.GitHub.Work;

/// <summary>Work that calls GitHub. Its limits put a row off until GitHub takes calls again; what GitHub cannot answer now is asked again for as long as it takes.</summary>
internal static class GitHubWork
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(10);

    public static async Task RunAsync(IStore store, EngineServices services, ClaimedWork work, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (GitHubLimitedException limited)
        {
            var delay = limited.Until - services.Time.GetUtcNow();
            var again = new Change.RescheduleWork(work.Queue, work.Subject, delay > TimeSpan.Zero ? delay : TimeSpan.FromSeconds(1));
            if (await store.CommitAsync(new Commit { Fence = work.Fence, Changes = [again] }, CancellationToken.None) is CommitOutcome.Fenced) throw new OwnershipLostException();
        }
    }

    /// <summary>What to save of a row that failed too often: null sets it aside where people see it, since trying again would not help.</summary>
    public static IReadOnlyList<Change>? GivenUp(ClaimedWork work, Exception exception) =>
        exception is GitHubException { IsTransient: false, IsAboutCredentials: false } ? null : [new Change.FailWork(work.Id, exception.Message, Later, SetAside: false)];
}

/// <summary>Its work calls GitHub: what GitHub cannot answer now is not given up.</summary>
internal interface IGitHubWorkHandler : IWorkHandler
{
    Task<IReadOnlyList<Change>?> IWorkHandler.GivenUpAsync(ClaimedWork work, Exception exception, CancellationToken cancellationToken) => Task.FromResult(GitHubWork.GivenUp(work, exception));
}
