using Towpath.Core.Gates;
using Xunit;

namespace Towpath.Core.Tests.Gates;

public sealed class PullRequestGateTests
{
    [Theory]
    [Trait("Row", "O2")]
    [InlineData(null, "production", true)]
    [InlineData(null, "pr-7", true)]
    [InlineData(7L, "pr-7", true)]
    [InlineData(7L, "pr-7-api", true)]
    [InlineData(7L, "pr-70", false)]
    [InlineData(7L, "pr-07", false)]
    [InlineData(7L, "production", false)]
    [InlineData(7L, "", false)]
    public void Build_of_a_pull_request_goes_to_its_own_previews_only(long? pull, string environment, bool may) =>
        Assert.Equal(may, PullRequestGate.MayGo(pull, environment));
}
