using System.Security.Cryptography;
using System.Text;
using Towpath.GitHub.Webhooks;

namespace Towpath.GitHub.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Secret = "It's a Secret to Everybody";
    private const string Body = "Hello, World!";

    /// <summary>GitHub Docs, Validating webhook deliveries: their own test values.</summary>
    private const string Right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    [Fact]
    public void GitHubs_own_test_values_are_right()
    {
        Assert.True(IsRight(Right));
        Assert.Equal(Right, WebhookSignature.Of(Secret, Encoding.UTF8.GetBytes(Body)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e170")]
    [InlineData("SHA256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha512=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha256=zz7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha256= 57107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000")]
    public void Anything_else_is_wrong(string? header) => Assert.False(IsRight(header));

    [Fact]
    public void Sha1_is_wrong_even_where_it_is_right()
    {
#pragma warning disable CA5350 // That is what is refused.
        var sha1 = Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(Body)));
#pragma warning restore CA5350
        Assert.False(IsRight("sha1=" + sha1));
        Assert.False(IsRight("sha256=" + sha1));
    }

    [Fact]
    public void Changed_body_and_empty_secret_are_wrong()
    {
        Assert.False(WebhookSignature.IsRight(Encoding.UTF8.GetBytes(Secret), "Hello, World"u8, Right));
        Assert.False(WebhookSignature.IsRight([], Encoding.UTF8.GetBytes(Body), WebhookSignature.Of("", Encoding.UTF8.GetBytes(Body))));
    }

    private static bool IsRight(string? header) => WebhookSignature.IsRight(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(Body), header);
}
