using Towpath.Cli.Hosting;
using Towpath.Core.Operators;

namespace Towpath.Cli.Tests.Standalone;

/// <summary>By which management role a process comes to which role.</summary>
public sealed class AwsOfTests
{
    private const string Management = "arn:aws:iam::111111111111:role/towpath";
    private const string Builds = "arn:aws:iam::222222222222:role/builds";
    private const string Deploy = "arn:aws:iam::333333333333:role/web-deploy";

    private static readonly OperatorSettings Settings = new()
    {
        ConfigFolder = "/srv",
        Aws = new AwsSettings { ManagementRole = Management, SharedServicesRole = Builds },
        Limits = OperatorLimits.Nothing with
        {
            Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal)
            {
                ["portal"] = new(["acme/web"]) { Roles = ["arn:aws:iam::333333333333:role/web-*"] },
                ["tools"] = new(["acme/tools"]) { Registries = ["ghcr.io/acme/tools/*"], Roles = ["arn:aws:iam::333333333333:role/tools-*"] },
            },
        },
    };

    [Fact]
    [Trait("Row", "O8")]
    public void Control_plane_finds_the_management_role_by_whose_role_it_is()
    {
        var options = AwsOf.Everybody(Settings, ".towpath");
        Assert.Null(options.ManagementRole);
        Assert.Equal((Management + "-portal", null), (options.ManagementRoleOf!(Deploy), options.ManagementRoleOf("arn:aws:iam::333333333333:role/administrator")));
        Assert.Equal((Management, null), (AwsOf.Everybody(Settings with { Limits = OperatorLimits.Nothing }, ".towpath").ManagementRole, AwsOf.Everybody(Settings with { Limits = OperatorLimits.Nothing }, ".towpath").ManagementRoleOf));
    }

    [Theory]
    [InlineData("acme/web", Management + "-portal")]
    [InlineData("ACME/Tools", Management + "-tools")]
    [InlineData("acme/nobody", null)]
    [InlineData(null, null)]
    [Trait("Row", "O8")]
    public void Workflow_comes_in_by_the_management_role_of_its_own_project(string? repository, string? expected) =>
        Assert.Equal((expected, Builds), (AwsOf.Repository(Settings, repository, ".towpath").ManagementRole, AwsOf.Repository(Settings, repository, ".towpath").SharedServicesRole));

    [Theory]
    [InlineData("ghcr.io/acme/tools/thumbs", Management + "-tools", Builds + "-tools")]
    [InlineData("ghcr.io/acme/nobody", null, null)]
    [Trait("Row", "O8")]
    public void Tag_is_written_as_the_builds_role_of_the_project_that_lists_the_repository(string repository, string? management, string? builds) =>
        Assert.Equal((management, builds), (AwsOf.Registry(Settings, repository, ".towpath").ManagementRole, AwsOf.Registry(Settings, repository, ".towpath").SharedServicesRole));
}
