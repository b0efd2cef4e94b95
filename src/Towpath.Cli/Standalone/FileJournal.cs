using Towpath.Core.Deployments;
using Towpath.Core.Environments;

namespace Towpath.Cli.Standalone;

/// <summary>The journal of <c>towpath deploy</c>: each transition is one durable line. Whoever holds the file's lock owns the deployment.</summary>
internal sealed class FileJournal(JournalFile file, Action<string, string> onLog) : IJournal
{
    public JournalLine? Last => file.Last;

    /// <summary>Writes the first line of a new deployment.</summary>
    public Deployment Begin(Next requested)
    {
        file.Append(After(file.Last, requested));
        return requested.Deployment;
    }

    public Task<Deployment> ReadAsync(DeploymentId id, CancellationToken cancellationToken) =>
        file.Last is { } last && last.Deployment.Id == id
            ? Task.FromResult(last.Deployment)
            : throw new InvalidOperationException($"deployment {id} is not the journal's newest");

    public Task<JournalWrite> WriteAsync(Deployment before, Next transition, CancellationToken cancellationToken)
    {
        if (file.Last?.Deployment is not { } stored || stored.Id != before.Id || stored.Revision != before.Revision) return Task.FromResult(JournalWrite.Conflict);
        file.Append(After(file.Last, transition));
        return Task.FromResult(JournalWrite.Written);
    }

    public Task<bool> IsOwnedAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public void Log(DeploymentId id, string step, string text) => onLog(step, text);

    private static JournalLine After(JournalLine? before, Next next) => next.Effects.Aggregate(
        new JournalLine
        {
            At = next.Event.At,
            Event = next.Event.Name,
            Deployment = next.Deployment,
            Running = before?.Running,
            KnownGood = before?.KnownGood,
            KnownGoodArtifacts = before?.KnownGoodArtifacts ?? [],
            Successes = before?.Successes ?? new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal),
        },
        (line, effect) => effect switch
        {
            Effect.LookAgain e => line with { LookAgainAt = e.At },
            Effect.NowRuns { Succeeded: true } e => Succeeded(line, e.Version),
            Effect.NowUnknown => line with { Running = null },
            Effect.NowRuns e => line with { Running = e.Version },
            // Lines, other deployments and suspensions are the control plane's.
            _ => line,
        });

    private static JournalLine Succeeded(JournalLine line, RunningVersion version) => line with
    {
        Running = version,
        KnownGood = version,
        KnownGoodArtifacts = line.Deployment.Artifacts,
        Successes = new Dictionary<string, DateTimeOffset>(line.Successes, StringComparer.Ordinal) { [version.Digest.Value] = version.Since },
    };
}
