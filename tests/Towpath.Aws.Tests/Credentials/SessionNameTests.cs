using System.Text.RegularExpressions;
using Towpath.Aws.Credentials;
using Towpath.Core;

namespace Towpath.Aws.Tests.Credentials;

public sealed class SessionNameTests
{
    [Theory]
    [InlineData("web-app", "production", "123456789", "towpath-web-app-production-123456789")]
    [InlineData("a-very-long-application-name-that-goes-on-and-on", "an-environment-with-a-long-name", "12345678901234567890123", "towpath-a-very-long-appli-an-environment-wi-12345678901234567890")]
    [InlineData("web", "pr/42", "run 7", "towpath-web-pr-42-run-7")]
    [Trait("Row", "O8")]
    public void Session_names_carry_application_environment_and_run(string application, string environment, string run, string expected)
    {
        var name = SessionName.Of(new EnvironmentKey(application, environment), run);
        Assert.Equal(expected, name);
        Assert.Matches(new Regex("^[A-Za-z0-9_=,.@-]{2,64}$", RegexOptions.NonBacktracking), name);
    }
}
