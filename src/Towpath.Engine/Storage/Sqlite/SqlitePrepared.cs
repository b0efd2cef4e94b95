using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>
/// One prepared statement without a result but its number of rows. It stands beneath ADO.NET, which looks parameters up by name each time:
/// everything that is written goes through one thread, which saves that here.
/// </summary>
internal sealed class SqlitePrepared : IDisposable
{
    private const string Returning = "RETURNING 1";

    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;
    private readonly int _clock;
    private readonly bool _countsChanges;
    private int[] _positions = [];

    /// <exception cref="SqliteException">The text is no statement for this database.</exception>
    /// <exception cref="ArgumentException">It is more than one.</exception>
    public SqlitePrepared(sqlite3 connection, string text)
    {
        _connection = connection;
        // SQLite counts the rows that it changes; those that a statement returns, it puts into a table of their own first.
        _countsChanges = text.EndsWith(Returning, StringComparison.Ordinal);
        Check(raw.sqlite3_prepare_v2(connection, _countsChanges ? text[..^Returning.Length] : text, out _statement, out string rest));
        if (!string.IsNullOrWhiteSpace(rest)) throw new ArgumentException($"one statement at a time; after the first stands: {rest}", nameof(text));
        _clock = raw.sqlite3_bind_parameter_index(_statement, "$now");
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>How many rows it returned, or changed if it would return each of those.</returns>
    /// <exception cref="SqliteException">It failed, and has changed nothing.</exception>
    public int Run(ReadOnlySpan<Arg> args, StoreClock clock)
    {
        if (_positions.Length < args.Length) _positions = [.. Enumerable.Range(1, args.Length).Select(PositionOf)];
        for (var i = 0; i < args.Length; i++)
            if (_positions[i] > 0) Check(Bind(_positions[i], args[i]));
        if (_clock > 0) Check(raw.sqlite3_bind_int64(_statement, _clock, clock.Now));
        try
        {
            var rows = 0;
            int code;
            while ((code = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW) rows++;
            Check(code);
            return _countsChanges ? raw.sqlite3_changes(_connection) : rows;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private int PositionOf(int number) => raw.sqlite3_bind_parameter_index(_statement, "$" + number.ToString(CultureInfo.InvariantCulture));

    private int Bind(int position, Arg arg) => arg.Kind switch
    {
        ArgKind.Text => arg.Text is { } text ? raw.sqlite3_bind_text(_statement, position, text) : raw.sqlite3_bind_null(_statement, position),
        ArgKind.Number => arg.Number is { } number ? raw.sqlite3_bind_int64(_statement, position, number) : raw.sqlite3_bind_null(_statement, position),
        ArgKind.Flag => raw.sqlite3_bind_int64(_statement, position, arg.Flag ? 1 : 0),
        ArgKind.Bytes => raw.sqlite3_bind_blob(_statement, position, (byte[])arg.List!),
        ArgKind.BytesList => throw new NotSupportedException("SQLite takes no list of bytes"),
        ArgKind.Texts or ArgKind.Numbers => raw.sqlite3_bind_text(_statement, position, SqliteArguments.ListOf(arg)),
    };

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _connection);
}
