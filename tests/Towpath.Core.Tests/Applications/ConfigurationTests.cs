using Towpath.Core.Applications;
using Xunit;

namespace Towpath.Core.Tests.Applications;

public sealed class ConfigurationTests
{
    [Fact]
    public void One_error_anywhere_and_there_is_no_configuration()
    {
        var result = Specs.Load(null, ("apps/web.yaml", Specs.Web), ("apps/zoo.yaml", "name: zoo\n"));
        Assert.Null(result.Configuration);
        Assert.All(result.Errors, error => Assert.Equal("apps/zoo.yaml", error.File));
        Assert.Equal(["web", "zoo"], result.Applications);
    }

    [Fact]
    public void Revision_depends_on_names_and_contents_and_not_on_order()
    {
        var (a, b) = (("apps/a.yaml", Spec("a")), ("apps/b.yaml", Spec("b")));
        var revision = Revision(a, b);
        Assert.Equal(revision, Revision(b, a));
        Assert.NotEqual(revision, Revision(a));
        Assert.NotEqual(revision, Revision(a, ("apps/b.yaml", Spec("b") + "# a comment\n")));
        Assert.NotEqual(Revision(a, ("apps/x", "1"), ("apps/y", "")), Revision(a, ("apps/x", ""), ("apps/y", "1")));
    }

    [Theory]
    [InlineData("organization.yaml", true)]
    [InlineData("organization.yml", true)]
    [InlineData("apps/web.yaml", true)]
    [InlineData("apps/web.yml", true)]
    [InlineData("apps/.web.yaml", false)]
    [InlineData("apps/web.yaml~", false)]
    [InlineData("apps/sub/web.yaml", false)]
    [InlineData("apps/smoke.sh", false)]
    [InlineData("apps/", false)]
    [InlineData("web.yaml", false)]
    [InlineData("towpath.yaml", false)]
    public void Files_that_are_specs_are_known_by_their_path(string path, bool expected) => Assert.Equal(expected, ConfigurationFolder.IsSpec(path));

    [Fact]
    public void Files_that_specs_bring_along_are_named_once_and_never_outside_the_folder()
    {
        const string Verify = "verify: [{ command: { run: [x], files: [smoke.sh, sub/a.sh, ../../etc/passwd] } }]";
        Assert.Equal(["apps/smoke.sh", "apps/sub/a.sh"], ConfigurationFolder.BroughtAlong(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["apps/a.yaml"] = $"environments: {{ dev: {{ {Verify} }} }}",
            ["apps/broken.yaml"] = "files: [",
            ["organization.yaml"] = $"defaults: {{ environments: {{ dev: {{ {Verify} }} }} }}",
            ["apps/not-a-spec.txt"] = $"environments: {{ dev: {{ {Verify.Replace("smoke", "other", StringComparison.Ordinal)} }} }}",
        }));
    }

    [Fact]
    public void The_same_target_kind_is_served_once_it_is_registered()
    {
        const string Spec = "name: web\nartifact: { kind: commit }\nenvironments: { dev: { target: { kind: local-site, root: x } } }\n";
        var files = new ConfigurationFiles(new Dictionary<string, string>(StringComparer.Ordinal) { ["apps/web.yaml"] = Spec }, null);
        Assert.Equal("not-yet", Assert.Single(new ConfigurationLoader([], [], []).Load(files, limits: null).Errors).Code);
        Assert.Empty(Specs.Loader.Load(files, limits: null).Errors);
    }

    private static string Spec(string name) => $"name: {name}\nartifact: {{ kind: commit }}\nenvironments: {{ dev: {{ target: {{ kind: local-site, root: {name} }} }} }}\n";

    private static string Revision(params (string, string)[] files) => Specs.Load(null, files).Configuration!.Revision;
}
