using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Towpath.Cli.Standalone;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Cli.Tests.Standalone;

public sealed class CommitLookupTests
{
    private const string Full = "abc1234def5678abc1234def5678abc1234def56";
    private const string Other = "abc1234000000000000000000000000000000000";

    [Theory]
    [InlineData("sha-abc1234", "builds/web/{sha}.zip", Full)]
    [InlineData("sha-abc1234", "builds/web/{short_sha}.zip", "abc1234")]
    [InlineData("sha-abc1234", "builds/web/{version}.zip", "abc1234")]
    [InlineData("v1.4.2", "builds/web/{version}.zip", null)]
    [InlineData("sha-fff0000", "builds/web/{sha}.zip", null)]
    [Trait("Row", "O6")]
    public async Task Commit_is_what_the_label_and_the_names_of_the_artifacts_tell(string version, string source, string? expected) =>
        Assert.Equal(expected, await FindAsync(version, source, $"s3://shared/builds/web/{Full}.zip"));

    [Fact]
    public async Task Beginning_that_two_commits_share_is_not_guessed() =>
        Assert.Null(await FindAsync("sha-abc1234", "builds/web/{sha}.zip", $"s3://shared/builds/web/{Full}.zip", $"s3://shared/builds/web/{Other}.zip"));

    [Fact]
    public async Task File_that_is_no_commit_s_is_passed_over() =>
        Assert.Equal(Full, await FindAsync("sha-abc1234", "builds/web/{sha}.zip", $"s3://shared/builds/web/{Full}.zip", "s3://shared/builds/web/abc1234-draft.zip"));

    [Fact]
    public async Task Commit_that_was_given_is_used_as_it_is() =>
        Assert.Equal("given", await new CommitLookup([]).FindAsync(Request("sha-abc1234", "builds/{sha}.zip") with { Commit = "given" }, TestContext.Current.CancellationToken));

    private static Task<string?> FindAsync(string version, string source, params string[] there) =>
        new CommitLookup([new Bucket(there)]).FindAsync(Request(version, "s3://shared/" + source), TestContext.Current.CancellationToken);

    private static DeployRequest Request(string version, string source)
    {
        var environment = new EnvironmentSpec { Name = "dev", Target = new TargetSpec("fake", new JsonObject()) };
        return new DeployRequest
        {
            Configuration = new Configuration { Revision = "", Organization = new Organization(FrozenDictionary<string, RoleSpec>.Empty), Applications = FrozenDictionary<string, ApplicationSpec>.Empty },
            Application = new ApplicationSpec { Name = "web", Artifacts = [new ArtifactSpec("default", ArtifactKind.StaticSite, source)], Environments = [environment], VersionPatterns = ["{tag}", "sha-{short_sha}"] },
            Environment = environment,
            Settings = OperatorSettingsReader.Defaults("/"),
            Version = version,
            Artifacts = new Dictionary<string, string>(StringComparer.Ordinal),
            Digests = new Dictionary<string, Digest>(),
            Journal = "",
        };
    }

    private sealed class Bucket(string[] there) : IArtifactSearch
    {
        public string Scheme => "s3";

        public Task<IReadOnlyList<string>> FindAsync(string beginning, int most, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>>([.. there.Where(t => t.StartsWith(beginning, StringComparison.Ordinal)).Take(most)]);
    }
}
