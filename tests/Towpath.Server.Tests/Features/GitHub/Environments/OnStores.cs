using Towpath.Engine.Tests.Storage;

namespace Towpath.Server.Tests.Features.GitHub.Environments;

[Trait("Row", "T13")]
public sealed class SqliteGitHubEnvironmentTests() : GitHubEnvironmentContract(() => Task.FromResult<string?>(null));

[Trait("Row", "T13")]
public sealed class PostgresGitHubEnvironmentTests(PostgresServer postgres) : GitHubEnvironmentContract(async () => await postgres.CreateAsync());
