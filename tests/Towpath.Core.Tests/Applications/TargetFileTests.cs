using Towpath.Aws;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Environments;
using Towpath.Core.Targets;
using Xunit;

namespace Towpath.Core.Tests.Applications;

/// <summary>A target may bring a file from beside the spec.</summary>
public sealed class TargetFileTests
{
    private const string Spec = """
        name: web
        artifact: { kind: container, source: registry.example.com/acme/web }
        environments:
          dev:
            target: { kind: ecs, region: us-east-1, service: web, task_definition: PLACE }
        """;

    [Fact]
    public void Contents_are_brought_along_and_are_policy()
    {
        var (one, other) = (Target("""{"cpu":"256"}"""), Target("""{"cpu":"512"}"""));

        Assert.Equal([KeyValuePair.Create("tasks/web.json", """{"cpu":"256"}""")], one.Target.Files);
        Assert.NotEqual(PolicyRevision.Of(one), PolicyRevision.Of(other));
    }

    [Fact]
    public void Whoever_reads_the_folder_is_told_of_it() => Assert.Equal(
        ["apps/tasks/web.json"], ConfigurationFolder.BroughtAlong(new Dictionary<string, string> { ["apps/web.yaml"] = At("tasks/web.json") }));

    [Theory]
    [InlineData("tasks/gone.json", "missing-file")]
    [InlineData("../secret.json", "outside-folder")]
    [InlineData("http://example.com/web.json", "bad-value")]
    public void What_is_not_beside_the_spec_is_refused(string place, string code) =>
        Assert.Equal(code, Assert.Single(Load(At(place), "{}").Errors).Code);

    [Fact]
    public void What_lies_in_a_bucket_is_not_looked_for_beside_the_spec() => Assert.Empty(Load(At("s3://acme-config/dev/web.json"), "{}").Errors);

    private static EnvironmentSpec Target(string content) => Load(At("tasks/web.json"), content).Configuration!.FindApplication("web")!.FindEnvironment("dev")!;

    private static string At(string place) => Spec.Replace("PLACE", $"\"{place}\"", StringComparison.Ordinal);

    private static ConfigurationResult Load(string spec, string content)
    {
        using var services = new ServiceCollection().AddTowpathAws(new AwsOptions { DataFolder = "/nowhere" }).BuildServiceProvider();
        var loader = new ConfigurationLoader(services.GetServices<ITarget>(), [], services.GetServices<IArtifactSource>());
        return loader.Load(new ConfigurationFiles(new Dictionary<string, string>(StringComparer.Ordinal) { ["apps/web.yaml"] = spec, ["apps/tasks/web.json"] = content }, null), limits: null);
    }
}
