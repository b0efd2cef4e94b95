using Towpath.Core.Applications;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.Server.Features.GitHub.Configuration;

/// <summary>
/// Takes up what stands at the head of the configuration's branch: when GitHub tells of a push, and every minute besides, since it may not tell. One node of all does
/// it, and always looks where the branch stands now; so the newest commit wins in whatever order pushes are told. What is wrong with it is saved, and the old
/// configuration stays in force; so it does while GitHub does not answer.
/// </summary>
public sealed partial class ReadConfiguration(
    ServerOptions options, ConfigurationBranch branch, TreesApi trees, ContentsApi contents, Configurations configurations, SharedProblems problems, ILogger<ReadConfiguration> logger) : IRecurringWork
{
    public const string WorkName = "read-configuration";

    private IReadOnlyDictionary<string, byte[]> _kept = new Dictionary<string, byte[]>(StringComparer.Ordinal);

    /// <summary>The commit that was looked at last, and what was wrong with it: nothing is read twice.</summary>
    private (string Commit, IReadOnlyList<SpecError> Problems)? _last;

    public string Name => WorkName;

    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        if (options.ConfigurationRepository is { } repository) await problems.SaveAsync(await LookAsync(repository, fence, cancellationToken), fence, cancellationToken);
    }

    private async Task<IReadOnlyList<SpecError>> LookAsync(ConfigurationRepository repository, Fence fence, CancellationToken cancellationToken)
    {
        try
        {
            var look = await branch.FindAsync(repository, cancellationToken);
            return look.Branch is { } standing ? await TakeUpAsync(standing, fence, cancellationToken) : [look.Problem!];
        }
        catch (Exception exception) when (exception is GitHubException or GitHubLimitedException or GitHubConfigurationException)
        {
            Log.NotReached(logger, repository.Repository, Web.PlainLines.Of(exception.Message));
            // What is wrong with the last commit stays wrong while nobody can look.
            return [new SpecError(".", 1, 1, "github-unavailable", $"{repository.Repository} cannot be read now, and the last configuration stays in force: {Web.PlainLines.Of(exception.Message)}"), .. _last?.Problems ?? []];
        }
    }

    private async Task<IReadOnlyList<SpecError>> TakeUpAsync(StandingBranch standing, Fence fence, CancellationToken cancellationToken)
    {
        if (_last is { } last && string.Equals(last.Commit, standing.Commit, StringComparison.Ordinal)) return last.Problems;
        var reader = new TreeReader(trees, contents, _kept);
        var reading = await reader.ReadAsync(standing.At, standing.Commit, cancellationToken);
        _kept = reader.Read;
        // Half a configuration would say something else than its author: what cannot be read keeps all of it out.
        var errors = reading.Problems.Count > 0 ? reading.Problems : await configurations.TakeUpAsync(reading.ToFiles(standing.Commit), "towpath", fence, cancellationToken);
        if (errors.Count == 0) Log.TakenUp(logger, standing.At.FullName, standing.Commit);
        foreach (var error in errors) Log.Problem(logger, standing.Commit, Web.PlainLines.Of(error.ToString()));
        _last = (standing.Commit, errors);
        return errors;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Configuration of {Repository} is in force ({Commit})")]
        public static partial void TakenUp(ILogger logger, string repository, string commit);

        [LoggerMessage(Level = LogLevel.Error, Message = "Configuration of {Commit} not taken up, the old one stays in force: {Problem}")]
        public static partial void Problem(ILogger logger, string commit, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The configuration in {Repository} cannot be read; it is tried again: {Why}")]
        public static partial void NotReached(ILogger logger, string repository, string why);
    }
}
