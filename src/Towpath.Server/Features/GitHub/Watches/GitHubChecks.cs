using System.Collections.Concurrent;
using Towpath.Core.Applications;
using Towpath.Core.Facts;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>
/// The checks of commits as GitHub told of them. Where nobody told of one that matters, GitHub is asked, and so it is before <c>all</c> of those that are known would open a
/// gate, since a check whose event was lost is not known. The answers are facts like any other.
/// </summary>
public sealed class GitHubChecks(IStore store, GitHubRepositories repositories, StatusesApi statuses, ChecksApi checks, TimeProvider time) : ICommitChecks
{
    /// <summary>While nothing else is told, what was asked for is believed for so long.</summary>
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);

    private const int MostRemembered = 4096;

    /// <summary>More than so many statuses or runs of one commit are not looked at.</summary>
    private const int Most = 2000;

    private readonly ConcurrentDictionary<(long Repository, string Sha), (long At, int Facts)> _asked = new();

    public async Task<CommitChecks> ReadAsync(ApplicationSpec application, RequiredChecks required, string commit, CheckEffort effort, CancellationToken cancellationToken)
    {
        if (application.Repository is not { } name) return CommitChecks.NotKnown(commit, "the app spec names no repository");
        var (told, why) = await repositories.ToldOfAsync(application, cancellationToken);
        if (why is not null) return CommitChecks.NotKnown(commit, why);
        var facts = told is null ? [] : await store.Facts.OfCommitAsync(told.RepositoryId, commit, cancellationToken);
        var known = await OfAsync(told?.RepositoryId, commit, facts, cancellationToken);
        return effort == CheckEffort.Ask && !Suffices(required, known) ? await AskAsync(application, name, commit, facts, cancellationToken) : known;
    }

    /// <summary>Asks GitHub, whatever is known, and saves what it says.</summary>
    /// <exception cref="GitHubException">GitHub said no, or could not be reached.</exception>
    /// <exception cref="GitHubLimitedException">It would have to wait too long for its limit.</exception>
    public async Task<IReadOnlyList<CommitFact>> FetchAsync(KnownRepository repository, string commit, CancellationToken cancellationToken)
    {
        var facts = new List<CommitFact>();
        await foreach (var status in statuses.ListAsync(repository.At, commit, cancellationToken))
        {
            facts.Add(Fact(repository.Id, commit, status));
            if (facts.Count == Most) break;
        }

        await foreach (var run in checks.ListAsync(repository.At, commit, cancellationToken))
        {
            facts.Add(Fact(repository.Id, commit, run));
            if (facts.Count == 2 * Most) break;
        }

        // Newest first, as GitHub lists statuses: older ones of the same name are not worth a write.
        CommitFact[] newest = [.. new CommitChecks(commit, facts).Newest()];
        if (newest.Length > 0) await store.CommitAsync(new Commit { Changes = [.. newest.Select(fact => new Change.SaveCommitFact(fact))] }, cancellationToken);
        return newest;
    }

    private async Task<CommitChecks> AskAsync(ApplicationSpec application, string name, string commit, IReadOnlyList<CommitFact> facts, CancellationToken cancellationToken)
    {
        try
        {
            if (await repositories.FindOwnAsync(application, cancellationToken) is not { } repository)
                return facts.Count > 0 ? await OfAsync(facts[0].RepositoryId, commit, facts, cancellationToken) : CommitChecks.NotKnown(commit, $"no GitHub App is connected to {name}");
            if (!WasAsked((repository.Id, commit), facts))
            {
                facts = [.. facts, .. await FetchAsync(repository, commit, cancellationToken)];
                Remember((repository.Id, commit), facts);
            }

            return await OfAsync(repository.Id, commit, facts, cancellationToken);
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException or GitHubConfigurationException)
        {
            // Without request ids and instants: the same trouble is to read the same each time.
            return CommitChecks.NotKnown(commit, exception is GitHubException { Failure: var failure } ? $"GitHub, {failure.Action}: {failure.Message}" : exception is GitHubLimitedException ? "GitHub's limit of calls is reached" : exception.Message);
        }
    }

    private async Task<CommitChecks> OfAsync(long? repository, string commit, IReadOnlyList<CommitFact> facts, CancellationToken cancellationToken)
    {
        var deploying = repository is { } id && facts.Any(fact => fact.WorkflowRun > 0) ? await store.Watches.DeployingRunsAsync(id, commit, cancellationToken) : new HashSet<long>();
        return new CommitChecks(commit, facts)
        {
            RunsOfDeployments = deploying.Count == 0 ? new HashSet<long>() : facts.Where(fact => fact.WorkflowRun > 0 && deploying.Contains(fact.WorkflowRun)).Select(fact => fact.Id).ToHashSet(),
        };
    }

    /// <summary>
    /// Named ones were all told of. Of <c>all</c>, one that keeps the gate closed suffices; before it opens, GitHub is asked whether these are all. What a deployment's own run
    /// reports is neither: CI's check of that name may be what nobody told of.
    /// </summary>
    private static bool Suffices(RequiredChecks required, CommitChecks checks) => required.IsEvery
        ? checks.OfCommit().Any(fact => CommitChecks.StateOf(fact.Kind, fact.State) is CheckState.Pending or CheckState.Failed)
        : required.Names.All(name => checks.Named(name).Any(fact => !checks.IsOfDeployment(fact)));

    private bool WasAsked((long, string Sha) of, IReadOnlyList<CommitFact> facts) =>
        _asked.TryGetValue(of, out var asked) && time.GetElapsedTime(asked.At) < Believed && asked.Facts == PrintOf(of.Sha, facts);

    private void Remember((long, string Sha) of, IReadOnlyList<CommitFact> facts)
    {
        if (_asked.Count >= MostRemembered)
            foreach (var (key, asked) in _asked)
                if (time.GetElapsedTime(asked.At) >= Believed) _asked.TryRemove(key, out _);
        if (_asked.Count < MostRemembered || _asked.ContainsKey(of)) _asked[of] = (time.GetTimestamp(), PrintOf(of.Sha, facts));
    }

    private static int PrintOf(string commit, IReadOnlyList<CommitFact> facts)
    {
        var print = new HashCode();
        foreach (var fact in new CommitChecks(commit, facts).Newest()) print.Add((fact.Kind, fact.App, fact.Name, fact.State, fact.Id));
        return print.ToHashCode();
    }

    private static CommitFact Fact(long repository, string commit, CommitStatus status) => new()
    {
        RepositoryId = repository, Sha = commit, Kind = CommitFactKind.Status, App = "", Name = status.Context, State = status.State,
        At = status.CreatedAt ?? DateTimeOffset.UnixEpoch, Id = status.Id, Url = status.TargetUrl,
    };

    private static CommitFact Fact(long repository, string commit, CheckRun run) => new()
    {
        RepositoryId = repository, Sha = commit, Kind = CommitFactKind.Check, App = run.App is { } app ? app.Slug ?? $"app {app.Id}" : "", Name = run.Name,
        State = run.Conclusion ?? run.Status, At = run.CompletedAt ?? run.StartedAt ?? DateTimeOffset.UnixEpoch, Id = run.Id, Url = run.HtmlUrl ?? run.DetailsUrl,
    };
}
