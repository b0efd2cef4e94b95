using Towpath.Core.Applications;

namespace Towpath.Local.Tests;

/// <summary>One application cannot put its site into another one's folder, where it could change what the other serves.</summary>
public sealed class ClaimsTests
{
    [Theory]
    [InlineData("portal", "portal", false)]
    [InlineData("portal", "portal/releases/x", false)]
    [InlineData("portal/inner", "portal", false)]
    [InlineData("portal", "portal-2", true)]
    [InlineData("a/portal", "b/portal", true)]
    public void Root_inside_another_environments_root_is_refused(string one, string other, bool allowed)
    {
        using var folder = new TemporaryFolder();
        var limits = new Core.Operators.OperatorLimits { Folders = [folder.Path] };
        var target = new Local.Sites.LocalSiteTarget(new LocalOptions("here", false, limits, folder.Path), null!);
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["organization.yaml"] = "roles: {}\n",
            ["apps/one.yaml"] = Spec("one", one, 8001),
            ["apps/two.yaml"] = Spec("two", other, 8002),
        };
        var result = new ConfigurationLoader([target], [], []).Load(new ConfigurationFiles(files, null), limits);
        Assert.Equal(allowed, result.Errors.Count == 0);
        if (!allowed) Assert.Equal("claimed-twice", Assert.Single(result.Errors).Code);
    }

    private static string Spec(string name, string root, int port) => $$"""
        name: {{name}}
        artifact: { kind: static-site, source: "builds/{sha}.zip" }
        environments:
          dev: { target: { kind: local-site, root: {{root}}, port: {{port}} } }

        """;
}
