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
