using Towpath.Engine.Tests.Storage.Contracts;

namespace Towpath.Engine.Tests.Storage;

[Trait("Row", "T13")]
public sealed class PostgresDeploymentTests(PostgresServer server) : DeploymentContract(new PostgresHarness(server));

[Trait("Row", "T13")]
public sealed class PostgresEnvironmentTests(PostgresServer server) : EnvironmentContract(new PostgresHarness(server));

[Trait("Row", "T13")]
public sealed class PostgresAuditTests(PostgresServer server) : AuditContract(new PostgresHarness(server));

[Trait("Row", "T13")]
public sealed class PostgresAccessTests(PostgresServer server) : AccessContract(new PostgresHarness(server));

[Trait("Row", "T13")]
public sealed class PostgresWorkTests(PostgresServer server) : WorkContract(new PostgresHarness(server));

[Trait("Row", "T13")]
public sealed class PostgresDeliveryTests(PostgresServer server) : DeliveryContract(new PostgresHarness(server));

[Trait("Row", "T13")]
public sealed class PostgresFactTests(PostgresServer server) : FactContract(new PostgresHarness(server));

[Trait("Row", "T13")]
public sealed class PostgresWatchTests(PostgresServer server) : WatchContract(new PostgresHarness(server));


[Trait("Row", "T13")]
public sealed class PostgresMirrorTests(PostgresServer server) : MirrorContract(new PostgresHarness(server));
