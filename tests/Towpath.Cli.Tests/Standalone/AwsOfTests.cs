using Towpath.Cli.Hosting;
using Towpath.Core.Operators;

namespace Towpath.Cli.Tests.Standalone;

/// <summary>By which management role a process comes to which role.</summary>
public sealed class AwsOfTests
{
    private const string Management = "arn:aws:iam::111111111111:role/towpath";
    private const string Deploy = "arn:aws:iam::333333333333:role/web-deploy";

    private static readonly OperatorSettings Settings = new()
    {
        ConfigFolder = "/srv",
        Aws = new AwsSettings { ManagementRole = Management },
        Limits = OperatorLimits.Nothing with
        {
            Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal)
            {
                ["portal"] = new(["acme/web"]) { Roles = ["arn:aws:iam::333333333333:role/web-*"] },
                ["tools"] = new(["acme/tools"]) { Roles = ["arn:aws:iam::333333333333:role/tools-*"] },
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
        Assert.Equal(expected, AwsOf.Repository(Settings, repository, ".towpath").ManagementRole);
}
