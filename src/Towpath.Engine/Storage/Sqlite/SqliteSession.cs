using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection, StoreClock clock) : IDisposable
{
    private const int MostPrepared = 200;
    private readonly Dictionary<string, SqliteCommand> _queries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqlitePrepared> _prepared = new(StringComparer.Ordinal);

    /// <summary>False inside a transaction; true there, too, when SQLite has ended it because of an error.</summary>
    public bool OutsideTransaction => SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) != 0;

    public List<T> Read<T>(Statement statement, Func<DbDataReader, T> map, params ReadOnlySpan<Arg> args)
    {
        using var reader = Bind(statement, args).ExecuteReader();
        List<T> rows = [];
        while (reader.Read()) rows.Add(map(reader));
        return rows;
    }

    public void Execute(Statement statement, params ReadOnlySpan<Arg> args) => Count(statement, args);

    /// <summary>How many rows a statement with <c>RETURNING</c> touched, or a <c>SELECT</c> found.</summary>
    public int Count(Statement statement, params ReadOnlySpan<Arg> args)
    {
        if (_prepared.TryGetValue(statement.Sqlite, out var prepared)) return prepared.Run(args, clock);
        if (_prepared.Count >= MostPrepared) Forget();
        return (_prepared[statement.Sqlite] = new SqlitePrepared(connection.Handle!, statement.Sqlite)).Run(args, clock);
    }

    /// <summary>Several statements without arguments.</summary>
    public void Script(string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Forget();
        connection.Dispose();
    }

    private SqliteCommand Bind(Statement statement, ReadOnlySpan<Arg> args)
    {
        var command = Query(statement.Sqlite);
        if (command.Parameters.Count == 0) Declare(command, args.Length, statement.UsesClock);
        for (var i = 0; i < args.Length; i++) command.Parameters[i].Value = Value(args[i]);
        if (statement.UsesClock) command.Parameters[args.Length].Value = clock.Now;
        return command;
    }

    private static void Declare(SqliteCommand command, int args, bool usesClock)
    {
        for (var i = 1; i <= args; i++) command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i.ToString(CultureInfo.InvariantCulture) });
        if (usesClock) command.Parameters.Add(new SqliteParameter { ParameterName = "$now" });
    }

    private SqliteCommand Query(string text)
    {
        if (_queries.TryGetValue(text, out var command)) return command;
        if (_queries.Count >= MostPrepared) Forget();
        command = connection.CreateCommand();
        command.CommandText = text;
        return _queries[text] = command;
    }

    private void Forget()
    {
        foreach (var command in _queries.Values) command.Dispose();
        foreach (var prepared in _prepared.Values) prepared.Dispose();
        _queries.Clear();
        _prepared.Clear();
    }

    private static object Value(Arg arg) => arg.Kind switch
    {
        ArgKind.Text => (object?)arg.Text ?? DBNull.Value,
        ArgKind.Number => (object?)arg.Number ?? DBNull.Value,
        ArgKind.Flag => arg.Flag ? 1L : 0L,
        ArgKind.Bytes => arg.List!,
        ArgKind.Texts or ArgKind.Numbers => SqliteArguments.ListOf(arg),
        ArgKind.BytesList => throw new NotSupportedException("SQLite takes no list of bytes"),
    };
}
