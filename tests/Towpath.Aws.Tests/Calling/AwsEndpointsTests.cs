using Towpath.Aws.Calling;

namespace Towpath.Aws.Tests.Calling;

public sealed class AwsEndpointsTests
{
    [Theory]
    [InlineData("ecs", null, null, "https://ecs.eu-west-1.amazonaws.com/")]
    [InlineData("ecs", "http://127.0.0.1:4566", null, "http://127.0.0.1:4566/")]
    [InlineData("ecs", "http://127.0.0.1:4566", "http://127.0.0.1:9", "http://127.0.0.1:9/")]
    [InlineData("cloudfront", null, null, "https://cloudfront.amazonaws.com/")]
    public void An_endpoint_is_the_service_s_variable_then_the_common_one_then_AWS_s_own(string service, string? common, string? specific, string expected)
    {
        var endpoints = new AwsEndpoints(name => name switch { "AWS_ENDPOINT_URL" => common, "AWS_ENDPOINT_URL_ECS" => specific, _ => null });
        Assert.Equal(expected, endpoints.Of(service == "ecs" ? AwsService.Ecs : AwsService.CloudFront, "eu-west-1").ToString());
    }

    [Fact]
    public void An_endpoint_that_is_no_URL_is_told_with_the_name_of_its_variable()
    {
        var endpoints = new AwsEndpoints(name => name == "AWS_ENDPOINT_URL" ? "localhost:4566" : null);
        var exception = Assert.Throws<AwsConfigurationException>(() => endpoints.Of(AwsService.Ecs, "eu-west-1"));
        Assert.Contains("AWS_ENDPOINT_URL is 'localhost:4566'", exception.Message, StringComparison.Ordinal);
    }
}
