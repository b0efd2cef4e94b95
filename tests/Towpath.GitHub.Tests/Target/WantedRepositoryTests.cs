using Towpath.Core.Applications;
using Towpath.GitHub.Target;

namespace Towpath.GitHub.Tests.Target;

public sealed class WantedRepositoryTests
{
    /// <summary>0 is what stands where GitHub did not say whose it is.</summary>
    [Theory]
    [InlineData(7, 0, 7, 8)]
    [InlineData(0, 0, 7, 8)]
    [InlineData(7, 8, 7, 0)]
    public void Ids_that_nobody_told_are_neither_shown_nor_advised(long repository, long owner, long meantRepository, long meantOwner)
    {
        foreach (var isOwn in (bool[])[true, false])
        {
            var words = new WantedRepository("web", "acme/web") { IsOwn = isOwn }.Another(new RepositoryIds(repository, owner), new RepositoryIds(meantRepository, meantOwner));
            Assert.DoesNotContain("owner 0", words, StringComparison.Ordinal);
            Assert.DoesNotContain("owner: 0", words, StringComparison.Ordinal);
            Assert.DoesNotContain("repository: 0", words, StringComparison.Ordinal);
            Assert.Contains(owner > 0 ? "write `" : "gh api repos/acme/web", words, StringComparison.Ordinal);
        }
    }
}
