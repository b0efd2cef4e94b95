using Towpath.Aws.Tests.Bed;
using Towpath.AwsEmulator.Estates;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.Tests.Ecs;

public sealed class EcrArtifactSourceTests
{
    private const string Host = "920534281604.dkr.ecr.us-east-1.amazonaws.com";
    private const string Platform = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"digest":"sha256:0","size":100},"layers":[{"digest":"sha256:1","size":1000},{"digest":"sha256:2","size":2000}]}""";

    [Theory, Trait("Row", "O1")]
    [InlineData(Host + "/acme/web:sha-abc1234", "found: the index, 3100 bytes")]
    [InlineData(Host + "/acme/web@INDEX", "found: the index, 3100 bytes")]
    [InlineData(Host + "/acme/web:sha-none", "missing: the registry has no tag 'sha-none' in " + Host + "/acme/web; the newest tags there are sha-abc1234; push it, or name another version")]
    [InlineData(Host + "/acme/web@sha256:0000000000000000000000000000000000000000000000000000000000000000", "missing: the registry has no image sha256:0000000000000000000000000000000000000000000000000000000000000000 in " + Host + "/acme/web; the newest tags there are sha-abc1234; push it, or name another version")]
    [InlineData(Host + "/acme/none:v1", "missing: there is no repository acme/none in the registry of account 920534281604 in us-east-1; check its name, account and region")]
    public async Task Image_is_named_by_the_digest_of_its_index_or_what_is_missing_is_told(string reference, string expected)
    {
        await using var bed = await AwsBed.StartAsync();
        var index = bed.Emulator.Estate().Look(estate =>
        {
            var repository = estate.In("920534281604", "us-east-1").Ecr.Create("acme/web")!;
            var platform = repository.Put(Platform, "application/vnd.oci.image.manifest.v1+json", null);
            return repository.Put($$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"digest":"{{{platform.Digest}}}","size":300,"platform":{"architecture":"arm64","os":"linux"}}]}""",
                "application/vnd.oci.image.index.v1+json", "sha-abc1234").Digest;
        });
        var source = bed.NewProcess().GetServices<IArtifactSource>().Single(s => s.Scheme == "ecr");

        var answer = await bed.PassAsync(source.DescribeAsync(reference.Replace("INDEX", index, StringComparison.Ordinal), TestContext.Current.CancellationToken));

        Assert.Equal(expected, answer switch
        {
            ArtifactLookup.Found found => $"found: {(found.Digest.Value == index ? "the index" : found.Digest.Value)}, {found.Size} bytes",
            ArtifactLookup.Missing missing => $"missing: {missing.Reason}",
            ArtifactLookup.Refused refused => $"refused: {refused.Reason}",
            _ => "",
        });
    }
}
