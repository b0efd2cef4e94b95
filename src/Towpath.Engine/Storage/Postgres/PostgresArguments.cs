using Npgsql;
using NpgsqlTypes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Postgres;

internal static class PostgresArguments
{
    public static void AddTo(NpgsqlParameterCollection parameters, params ReadOnlySpan<Arg> args)
    {
        foreach (ref readonly var arg in args) parameters.Add(Parameter(arg));
    }

    /// <summary>One argument of many calls of a statement, as an array.</summary>
    public static void AddTo(NpgsqlParameterCollection parameters, IReadOnlyList<Call> calls, int number)
    {
        switch (calls[0].Args[number].Kind)
        {
            case ArgKind.Text:
                parameters.Add(Array(calls, NpgsqlDbType.Text, call => call.Args[number].Text));
                break;
            case ArgKind.Number when calls.All(call => call.Args[number].Number is not null):
                parameters.Add(Array(calls, NpgsqlDbType.Bigint, call => call.Args[number].Number!.Value));
                break;
            case ArgKind.Number:
                parameters.Add(Array(calls, NpgsqlDbType.Bigint, call => call.Args[number].Number));
                break;
            case ArgKind.Flag:
                parameters.Add(Array(calls, NpgsqlDbType.Boolean, call => call.Args[number].Flag));
                break;
            case var kind:
                throw new NotSupportedException($"an argument of kind {kind} cannot stand in an array");
        }
    }

    private static NpgsqlParameter<T[]> Array<T>(IReadOnlyList<Call> calls, NpgsqlDbType type, Func<Call, T> of)
    {
        var all = new T[calls.Count];
        for (var n = 0; n < all.Length; n++) all[n] = of(calls[n]);
        return new NpgsqlParameter<T[]> { TypedValue = all, NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    private static NpgsqlParameter Parameter(Arg arg) => arg.Kind switch
    {
        ArgKind.Text when arg.Text is { } text => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text },
        ArgKind.Text => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        ArgKind.Number when arg.Number is { } number => new NpgsqlParameter<long> { TypedValue = number, NpgsqlDbType = NpgsqlDbType.Bigint },
        ArgKind.Number => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        ArgKind.Flag => new NpgsqlParameter<bool> { TypedValue = arg.Flag, NpgsqlDbType = NpgsqlDbType.Boolean },
        ArgKind.Texts => new NpgsqlParameter<string[]> { TypedValue = (string[])arg.List!, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        ArgKind.Bytes => new NpgsqlParameter<byte[]> { TypedValue = (byte[])arg.List!, NpgsqlDbType = NpgsqlDbType.Bytea },
        ArgKind.BytesList => new NpgsqlParameter<byte[][]> { TypedValue = (byte[][])arg.List!, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        ArgKind.Numbers => new NpgsqlParameter<long[]> { TypedValue = (long[])arg.List!, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
    };
}
