using System.Collections.Immutable;
using Npgsql;
using Towpath.Engine.Storage.Migrations;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>Applies what is missing, each migration in a transaction of its own under one lock: a crash leaves whole ones only.</summary>
internal sealed class PostgresMigrator(PostgresConnections connections, ImmutableArray<Migration> known)
{
    private const string Begin = """
        SELECT pg_advisory_xact_lock(hashtextextended('towpath migrations', 0));
        CREATE TABLE IF NOT EXISTS migrations (
            number bigint PRIMARY KEY, name text NOT NULL, hash text NOT NULL, compatible boolean NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
        """;

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await ApplyNextAsync(cancellationToken))
                cancellationToken.ThrowIfCancellationRequested();
        }
        catch (NpgsqlException e) when (e is not PostgresException || PostgresStates.IsConnectionLoss(e))
        {
            throw new StoreUnavailableException(connections.Explain(e), e);
        }
    }

    private async Task<bool> ApplyNextAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.OpenDirectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "SET LOCAL synchronous_commit = on; SET LOCAL client_min_messages = warning", cancellationToken);
        await ExecuteAsync(connection, Begin, cancellationToken);
        if (MigrationPlan.Next(known, await AppliedAsync(connection, cancellationToken), connections.Description) is not { } next) return false;
        await ExecuteAsync(connection, next.Text, cancellationToken);
        await RecordAsync(connection, next, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task<List<AppliedMigration>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT number, name, hash, compatible FROM migrations ORDER BY number", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<AppliedMigration> applied = [];
        while (await reader.ReadAsync(cancellationToken))
            applied.Add(new AppliedMigration(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3)));
        return applied;
    }

    private static async Task RecordAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("INSERT INTO migrations (number, name, hash, compatible) VALUES ($1, $2, $3, $4)", connection);
        PostgresArguments.AddTo(command.Parameters, (long)migration.Number, migration.Name, migration.Hash, migration.Compatible);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
