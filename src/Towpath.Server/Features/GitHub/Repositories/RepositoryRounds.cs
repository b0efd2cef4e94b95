using Towpath.Core.Applications;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.Server.Features.GitHub.Watches;

namespace Towpath.Server.Features.GitHub.Repositories;

/// <summary>Goes through the repositories that applications belong to, and asks GitHub about each once, however many there are in it. One that cannot be asked keeps the others from nothing.</summary>
public sealed partial class RepositoryRounds(Configurations configurations, RepositoryApplications applications, GitHubRepositories repositories, ILogger<RepositoryRounds> logger)
{
    /// <param name="what">What is asked, for the log.</param>
    /// <param name="which">Of which applications.</param>
    /// <param name="ask">Gets the repository, and those of the applications that belong to it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task GoAsync(string what, Func<ApplicationSpec, bool> which, Func<KnownRepository, IReadOnlyList<ApplicationSpec>, Task> ask, CancellationToken cancellationToken)
    {
        var configuration = await configurations.CurrentAsync(cancellationToken);
        foreach (var name in RepositoryApplications.Names(configuration))
        {
            var found = new List<(KnownRepository Repository, ApplicationSpec Application)>();
            ApplicationSpec[] asking = [.. applications.Of(configuration, name).Where(which)];
            if (asking.Length == 0 || !await IsReachedAsync(what, name, cancellationToken)) continue;
            foreach (var application in asking)
                await TryAsync(what, application.Name, async () =>
                {
                    if (await repositories.FindOwnAsync(application, cancellationToken) is { } own) found.Add((own, application));
                });
            foreach (var same in found.GroupBy(one => one.Repository.Id))
                await TryAsync(what, name, () => ask(same.First().Repository, [.. same.Select(one => one.Application)]));
        }
    }

    /// <summary>Of a name that the App does not reach nothing is remembered: each application would ask GitHub for the same.</summary>
    private async Task<bool> IsReachedAsync(string what, string name, CancellationToken cancellationToken)
    {
        var isReached = false;
        await TryAsync(what, name, async () => isReached = await repositories.FindCalledAsync(name, cancellationToken) is not null);
        return isReached;
    }

    private async Task TryAsync(string what, string whose, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException or GitHubConfigurationException)
        {
            Log.NotAsked(logger, whose, what, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Whose}: GitHub could not be asked {What}; again later: {Reason}")]
        public static partial void NotAsked(ILogger logger, string whose, string what, string reason);
    }
}
