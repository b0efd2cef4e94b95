using Towpath.Engine.Tests.Storage.Contracts;

namespace Towpath.Engine.Tests.Storage;

[Trait("Row", "T13")]
public sealed class SqliteDeploymentTests() : DeploymentContract(new SqliteHarness());

[Trait("Row", "T13")]
public sealed class SqliteEnvironmentTests() : EnvironmentContract(new SqliteHarness());

[Trait("Row", "T13")]
public sealed class SqliteAuditTests() : AuditContract(new SqliteHarness());

[Trait("Row", "T13")]
public sealed class SqliteAccessTests() : AccessContract(new SqliteHarness());

[Trait("Row", "T13")]
public sealed class SqliteWorkTests() : WorkContract(new SqliteHarness());

[Trait("Row", "T13")]
public sealed class SqliteDeliveryTests() : DeliveryContract(new SqliteHarness());

[Trait("Row", "T13")]
public sealed class SqliteFactTests() : FactContract(new SqliteHarness());

[Trait("Row", "T13")]
public sealed class SqliteWatchTests() : WatchContract(new SqliteHarness());

public sealed class SqliteMirrorTests() : MirrorContract(new SqliteHarness());
