using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Towpath.Engine.Storage.Changes;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>What an error of SQLite means to us (sqlite.org/rescode.html).</summary>
internal static partial class SqliteErrors
{
    private const int Busy = 5, ReadOnly = 8, InputOutput = 10, Full = 13, CannotOpen = 14, Constraint = 19;

    /// <summary>The file cannot be written or read now, however right the statement is.</summary>
    public static bool IsUnavailable(SqliteException error) => error.SqliteErrorCode is Busy or ReadOnly or InputOutput or Full or CannotOpen;

    public static StoreUnavailableException Unavailable(string path, SqliteException error) => new(
        error.SqliteErrorCode == Full
            ? $"the database {path} cannot be written because its disk is full: nothing was saved; make space and try again"
            : $"the database {path} is not available: {error.Message}",
        error);

    /// <summary>Whether a commit's id is there already, which is the first thing that it writes: it was saved before.</summary>
    public static bool IsDone(SqliteException error) => ColumnsOf(error) == "operations.id";

    /// <summary>The conflict that a unique index stands for; null for any other error.</summary>
    public static string? ConflictOf(SqliteException error) => Uniqueness.MeaningOf(ColumnsOf(error));

    private static string? ColumnsOf(SqliteException error) =>
        error.SqliteErrorCode == Constraint && UniqueColumns().Match(error.Message) is { Success: true } match ? match.Groups["columns"].Value : null;

    [GeneratedRegex("UNIQUE constraint failed: (?<columns>[a-z_., ]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UniqueColumns();
}
