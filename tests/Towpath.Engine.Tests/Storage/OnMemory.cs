using Towpath.Engine.Tests.Storage.Contracts;

namespace Towpath.Engine.Tests.Storage;

public sealed class MemoryDeploymentTests() : DeploymentContract(new MemoryHarness());

public sealed class MemoryEnvironmentTests() : EnvironmentContract(new MemoryHarness());

public sealed class MemoryAuditTests() : AuditContract(new MemoryHarness());

public sealed class MemoryAccessTests() : AccessContract(new MemoryHarness());

public sealed class MemoryWorkTests() : WorkContract(new MemoryHarness());

public sealed class MemoryDeliveryTests() : DeliveryContract(new MemoryHarness());

public sealed class MemoryFactTests() : FactContract(new MemoryHarness());

public sealed class MemoryWatchTests() : WatchContract(new MemoryHarness());

public sealed class MemoryMirrorTests() : MirrorContract(new MemoryHarness());
