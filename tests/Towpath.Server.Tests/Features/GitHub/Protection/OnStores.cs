using Towpath.Engine.Tests.Storage;

namespace Towpath.Server.Tests.Features.GitHub.Protection;

[Trait("Row", "T13")]
public sealed class SqliteProtectionTests() : ProtectionContract(() => Task.FromResult<string?>(null));

[Trait("Row", "T13")]
public sealed class PostgresProtectionTests(PostgresServer postgres) : ProtectionContract(async () => await postgres.CreateAsync());
