using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Oidc;
using Towpath.GitHub.Rest;

namespace Towpath.GitHub.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public async Task Everything_that_is_registered_can_be_made()
    {
        var services = new ServiceCollection().AddTowpathGitHub(new GitHubOptions());
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Assert.All(services, service => Assert.NotNull(provider.GetRequiredService(service.ServiceType)));
        Assert.NotNull(provider.GetRequiredService<DeploymentsApi>());
        Assert.Equal([OidcOptions.GitHubActions], provider.GetRequiredService<OidcOptions>().Issuers);
        Assert.Null(provider.GetRequiredService<IGitHubAppSource>().Current);
        Assert.IsType<GitHubClient>(provider.GetRequiredService<IGitHubClient>());
    }

    [Fact]
    public void Every_call_of_Rest_is_registered()
    {
        var registered = new ServiceCollection().AddTowpathGitHub(new GitHubOptions()).Select(s => s.ServiceType).ToHashSet();
        var calls = typeof(DeploymentsApi).Assembly.GetTypes().Where(t => t.Namespace == typeof(DeploymentsApi).Namespace && t.Name.EndsWith("Api", StringComparison.Ordinal));
        Assert.Subset(registered, calls.ToHashSet());
    }
}
