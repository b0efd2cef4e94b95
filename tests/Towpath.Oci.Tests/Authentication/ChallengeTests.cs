using Towpath.Oci.Authentication;

namespace Towpath.Oci.Tests.Authentication;

public sealed class ChallengeTests
{
    [Theory]
    [InlineData("Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:x:pull,push\"", "https://a/t", "s", "repository:x:pull,push")]
    [InlineData("bearer realm=https://a/t", "https://a/t", null, null)]
    [InlineData("Bearer service=\"a \\\"b\\\", c\", realm=\"https://a/t\"", "https://a/t", "a \"b\", c", null)]
    public void Bearer_challenge_is_read(string header, string realm, string? service, string? scope) =>
        Assert.Equal(new Challenge.Bearer(realm, service, scope), Of(header));

    [Theory]
    [InlineData("Basic realm=\"x\"")]
    [InlineData("Basic")]
    public void Basic_challenge_is_read(string header) => Assert.Equal(new Challenge.Basic(), Of(header));

    [Fact]
    public void Token_is_preferred_to_a_password() => Assert.IsType<Challenge.Bearer>(Of("Basic realm=\"x\"", "Bearer realm=\"https://a/t\""));

    [Theory]
    [InlineData("Negotiate")]
    [InlineData("Bearer")]
    [InlineData("Bearer service=\"x\"")]
    [InlineData("Bearer =,=\"")]
    [InlineData("Bearer realm=\"https://a/t\",scope=\"one two")]
    public void What_cannot_be_answered_is_none(string header) => Assert.Null(Of(header));

    private static Challenge? Of(params string[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var header in headers) response.Headers.TryAddWithoutValidation("WWW-Authenticate", header);
        return Challenge.Of(response.Headers.WwwAuthenticate);
    }
}
