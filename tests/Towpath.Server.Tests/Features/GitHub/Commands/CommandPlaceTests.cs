using Towpath.Core.Applications;
using Towpath.Core.Commands;
using Towpath.Server.Features.GitHub.Commands;
using Towpath.Server.Security;

namespace Towpath.Server.Tests.Features.GitHub.Commands;

/// <summary>What a comment is told of environments that it does not name clearly.</summary>
public sealed class CommandPlaceTests
{
    private static readonly ApplicationSpec[] Applications = [Application("shop"), Application("secret")];

    [Theory]
    [InlineData("live", "secret/live", "shop/live")]
    [InlineData("nowhere", "secret", "shop/live")]
    public void Names_that_the_caller_may_not_read_are_not_told(string environment, string hidden, string shown)
    {
        var (found, why) = CommandPlaces.Find(Applications, new CommentPlace(null, environment), RightsFor("shop"), pull: 1);
        Assert.Null(found);
        Assert.Contains(shown, why, StringComparison.Ordinal);
        Assert.DoesNotContain(hidden, why, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_may_read_none_of_them_is_told_how_to_write_it_and_no_name()
    {
        var (_, why) = CommandPlaces.Find(Applications, new CommentPlace(null, "live"), RightsFor("another"), pull: 1);
        Assert.EndsWith("write one of APPLICATION/live.", why, StringComparison.Ordinal);
    }

    private static Rights RightsFor(string application) =>
        new(GitHubCallers.Of("kim"), new Organization(new Dictionary<string, RoleSpec>(StringComparer.Ordinal) { ["developer"] = new(["kim"], [application]) }));

    private static ApplicationSpec Application(string name) => new()
    {
        Name = name, Artifacts = [], Environments = [new EnvironmentSpec { Name = "live", Target = new TargetSpec("fake", []) }],
    };
}
