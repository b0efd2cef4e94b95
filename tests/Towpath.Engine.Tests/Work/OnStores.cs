using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;

namespace Towpath.Engine.Tests.Work;

/// <summary>Several nodes on SQLite share the one store of the process.</summary>
[Trait("Row", "T13")]
public sealed class SqliteEngineTests() : EngineContract(NewDatabase)
{
    internal static Task<Func<IStore>> NewDatabase()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("towpath-engine-").FullName, "towpath.db");
        IStore? store = null;
        return Task.FromResult<Func<IStore>>(() => store ??= StoreFactory.Open($"sqlite:{file}", TimeProvider.System));
    }
}

[Trait("Row", "T13")]
public sealed class PostgresEngineTests(PostgresServer server) : EngineContract(() => NewDatabase(server))
{
    internal static async Task<Func<IStore>> NewDatabase(PostgresServer server)
    {
        var address = await server.CreateEmptyAsync();
        return () => StoreFactory.Open(address, TimeProvider.System);
    }
}

[Trait("Row", "T13")]
public sealed class SqliteStartTests() : StartContract(SqliteEngineTests.NewDatabase);

[Trait("Row", "T13")]
public sealed class PostgresStartTests(PostgresServer server) : StartContract(() => PostgresEngineTests.NewDatabase(server));
