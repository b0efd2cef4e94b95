using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Towpath.Cli.Standalone;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Cli.Tests.Standalone;

public sealed class ArtifactResolutionTests
{
    private const string Repository = "registry.example.com:5000/team/web";

    private static readonly Digest Bytes = Digest.Of("bytes");

    [Fact]
    public async Task Image_without_tag_gets_the_version_and_is_pinned_to_its_digest()
    {
        var (artifact, asked) = await ResolveAsync();
        Assert.Equal($"{Repository}:v1", asked);
        Assert.Equal(($"{Repository}@{Bytes}", Bytes), (artifact.Reference, artifact.Digest));
    }

    [Fact]
    public async Task Image_that_was_named_with_a_tag_keeps_it() => Assert.Equal($"{Repository}:other", (await ResolveAsync(given: $"{Repository}:other")).Asked);

    [Fact]
    public async Task Image_that_was_named_with_a_digest_alone_is_looked_for_by_it() =>
        Assert.Equal($"{Repository}@{Bytes}", (await ResolveAsync(given: Repository, digest: Bytes)).Asked);

    private static async Task<(Artifact Artifact, string Asked)> ResolveAsync(string? given = null, Digest? digest = null)
    {
        var registry = new Registry();
        var answer = await new ArtifactResolution([registry]).ResolveAsync(Request(given, digest), TestContext.Current.CancellationToken);
        Assert.True(answer.Is(out var artifacts, out var failure), failure?.Message);
        return (Assert.Single(artifacts), registry.Asked!);
    }

    private static DeployRequest Request(string? given, Digest? digest)
    {
        var environment = new EnvironmentSpec { Name = "dev", Target = new TargetSpec("fake", new JsonObject()) };
        var application = new ApplicationSpec { Name = "web", Artifacts = [new ArtifactSpec("default", ArtifactKind.Container, Repository)], Environments = [environment] };
        return new DeployRequest
        {
            Configuration = new Configuration { Revision = "", Organization = new Organization(FrozenDictionary<string, RoleSpec>.Empty), Applications = FrozenDictionary<string, ApplicationSpec>.Empty },
            Application = application,
            Environment = environment,
            Settings = OperatorSettingsReader.Defaults("/"),
            Version = "v1",
            Artifacts = given is null ? new Dictionary<string, string>(StringComparer.Ordinal) : new Dictionary<string, string>(StringComparer.Ordinal) { ["default"] = given },
            Digests = digest is null ? new Dictionary<string, Digest>() : new Dictionary<string, Digest>(StringComparer.Ordinal) { ["default"] = digest.Value },
            Journal = "",
        };
    }

    private sealed class Registry : IArtifactSource
    {
        public string? Asked { get; private set; }

        public string Scheme => ArtifactScheme.Oci;

        public string? Check(string source, OperatorLimits limits) => null;

        public Task<ArtifactLookup> DescribeAsync(string reference, CancellationToken cancellationToken)
        {
            Asked = reference;
            return Task.FromResult<ArtifactLookup>(new ArtifactLookup.Found(Bytes, 1));
        }

        public Task<Stream> OpenAsync(string reference, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
