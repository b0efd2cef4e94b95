using Npgsql;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>What an error of PostgreSQL means to us (PostgreSQL documentation, appendix "Error Codes"; TP… are our own).</summary>
internal static class PostgresStates
{
    public const string Conflict = "TP001";
    public const string Fenced = "TP002";

    /// <summary>The server says for certain that nothing was saved, and that another try may succeed.</summary>
    public static bool IsWorthAnotherTry(PostgresException error) => error.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>The connection is gone; whether a commit on its way was saved has to be read back.</summary>
    public static bool IsConnectionLoss(NpgsqlException error) => error is not PostgresException refusal
        || refusal.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or "57P05"
        || refusal.SqlState.StartsWith("08", StringComparison.Ordinal);

    /// <summary>The server is there but cannot do it now: out of disk, memory or connections, read-only, cancelled.</summary>
    public static bool IsUnavailable(PostgresException error) => error.SqlState.StartsWith("53", StringComparison.Ordinal)
        || error.SqlState.StartsWith("58", StringComparison.Ordinal)
        || error.SqlState is PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable;
}
