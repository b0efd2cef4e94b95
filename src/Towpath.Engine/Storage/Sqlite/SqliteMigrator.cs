using System.Collections.Immutable;
using Towpath.Engine.Storage.Dialects;
using Towpath.Engine.Storage.Migrations;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>Applies what is missing; SQLite's schema changes are transactional, so a crash leaves whole migrations only.</summary>
internal sealed class SqliteMigrator(SqliteWriter writer, ImmutableArray<Migration> known, string path)
{
    private const string Table = """
        CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, compatible INTEGER NOT NULL, applied_at INTEGER NOT NULL)
        """;

    private static readonly Statement Applied = new("SELECT number, name, hash, compatible FROM migrations ORDER BY number");
    private static readonly Statement Record = new("INSERT INTO migrations (number, name, hash, compatible, applied_at) VALUES ($1, $2, $3, $4, {now})");

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        while (await writer.WriteAsync(ApplyNext)) cancellationToken.ThrowIfCancellationRequested();
    }

    private bool ApplyNext(SqliteSession session)
    {
        session.Script(Table);
        var applied = session.Read(Applied, row => new AppliedMigration(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetBoolean(3)));
        if (MigrationPlan.Next(known, applied, $"the database {path}") is not { } next) return false;
        session.Script(next.Text);
        session.Execute(Record, (long)next.Number, next.Name, next.Hash, next.Compatible);
        return true;
    }
}
