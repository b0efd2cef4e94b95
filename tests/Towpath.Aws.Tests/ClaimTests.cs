using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Targets;

namespace Towpath.Aws.Tests;

/// <summary>What two environments may not both have.</summary>
public sealed class ClaimTests
{
    private static readonly string[] Roles = ["arn:aws:iam::111111111111:role/one", "arn:aws:iam::111111111111:role/deep/two"];

    [Theory]
    [InlineData("lambda", "lambda:111111111111:us-east-1:resize:live")]
    [InlineData("ecs", "ecs:111111111111:us-east-1:service:web:web")]
    [InlineData("static-site", "s3:docs")]
    public void Two_roles_of_one_account_claim_the_same(string kind, string claim)
    {
        var claims = Roles.Select(role => ClaimsOf(kind, role)).ToList();
        Assert.Equal(claims[0], claims[1]);
        Assert.Equal([claim, "ssm:111111111111:us-east-1:|web|dev|version"], claims[0]);
        Assert.Equal("ssm:222222222222:us-east-1:|web|dev|version", ClaimsOf(kind, "arn:aws:iam::222222222222:role/one")[^1]);
        Assert.Equal("ssm:own:us-east-1:|web|dev|version", ClaimsOf(kind, null)[^1]);
    }

    private static IReadOnlyList<string> ClaimsOf(string kind, string? role)
    {
        using var services = new ServiceCollection().AddTowpathAws(new AwsOptions { DataFolder = "" }).BuildServiceProvider();
        var settings = new JsonObject { ["region"] = "us-east-1", ["role"] = role };
        foreach (var (key, value) in SettingsOf(kind)) settings[key] = value;
        return services.GetServices<ITarget>().Single(t => t.Kind == kind).Claims(new EnvironmentKey("web", "dev"), new TargetSpec(kind, settings));
    }

    private static IEnumerable<(string, string)> SettingsOf(string kind) => kind switch
    {
        "lambda" => [("function", "resize"), ("alias", "live"), ("bucket", "code"), ("version_parameter", "/web/dev/version")],
        "ecs" => [("cluster", "web"), ("service", "web"), ("version_parameter", "/web/dev/version")],
        _ => [("bucket", "docs"), ("key_parameter", "/web/dev/version")],
    };
}
