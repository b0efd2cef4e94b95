using Npgsql;
using Towpath.Engine.Storage.Changes;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>Carries out commits, again where that is safe, and finds out what became of one whose connection was cut.</summary>
internal sealed class PostgresCommitter(PostgresConnections connections, PostgresOperations operations, TimeProvider time)
{
    private const int MostTries = 8;
    public static readonly CommitOutcome.Committed Committed = new();

    /// <summary>What one try came to.</summary>
    private enum Trial
    {
        /// <summary>Certainly nothing was saved, and the same can be tried again.</summary>
        Again,

        /// <summary>The connection was cut on the way.</summary>
        Unknown,

        /// <summary>An operation of this id is in the database: an earlier call was saved, or its id was made unusable.</summary>
        Known,
    }

    /// <param name="commit">What to save.</param>
    /// <param name="isUnknown">It was on its way already when a connection was cut.</param>
    /// <param name="cancellationToken">Heeded until it is on its way.</param>
    public async Task<CommitOutcome> CommitAsync(Commit commit, bool isUnknown, CancellationToken cancellationToken)
    {
        var generation = 1;
        for (var tries = 1; tries <= MostTries; tries++)
        {
            var operation = generation == 1 ? commit.OperationId : $"{commit.OperationId}.{generation}";
            var (outcome, trial) = isUnknown ? (null, Trial.Unknown) : await TryAsync(commit, operation, cancellationToken);
            isUnknown = false;
            if (outcome is not null) return outcome;
            if (trial == Trial.Again) await BackOffAsync(tries, cancellationToken);
            else if (await operations.SettleAsync(operation)) return Committed;
            else generation++;
        }

        throw new StoreUnavailableException($"{connections.Description} refused a commit {MostTries} times because of others or broken connections; nothing was saved");
    }

    private async Task<(CommitOutcome? Outcome, Trial Trial)> TryAsync(Commit commit, string operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var connection = await connections.OpenAsync(cancellationToken);
        using var batch = new PostgresBatch(connection);
        CommitWriter.Write(commit, operation, batch);
        try
        {
            await batch.RunAsync();
            return (Committed, default);
        }
        catch (PostgresException e) when (!PostgresStates.IsConnectionLoss(e))
        {
            return Refused(e);
        }
        catch (NpgsqlException)
        {
            return (null, Trial.Unknown);
        }
    }

    private (CommitOutcome? Outcome, Trial Trial) Refused(PostgresException error) => error.SqlState switch
    {
        PostgresStates.Conflict => (new CommitOutcome.Conflict(error.MessageText), default),
        PostgresStates.Fenced => (new CommitOutcome.Fenced(), default),
        PostgresErrorCodes.UniqueViolation when PostgresOperations.IsKnown(error) => (null, Trial.Known),
        PostgresErrorCodes.UniqueViolation when Uniqueness.MeaningOf(error.ConstraintName) is { } what => (new CommitOutcome.Conflict(what), default),
        _ when PostgresStates.IsWorthAnotherTry(error) => (null, Trial.Again),
        _ when PostgresStates.IsUnavailable(error) => throw new StoreUnavailableException(connections.Explain(error), error),
        _ => throw new InvalidOperationException($"{connections.Description} refused a commit: {error.MessageText} ({error.SqlState})", error),
    };

    private Task BackOffAsync(int tries, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5 << tries)), time, cancellationToken);
}
