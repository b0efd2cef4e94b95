using Towpath.Aws.Calling;
using Towpath.Cli.Output;

namespace Towpath.Cli.Tests.CommandLine;

/// <summary>What AWS refuses, at the edge of the process: an exit code, a stable code, and one thing to do.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData(400, "AccessDeniedException", 5, "denied", "allow ecs:DescribeServices in the policy of that role")]
    [InlineData(403, "AccessDenied", 5, "denied", "allow ecs:DescribeServices in the policy of that role")]
    [InlineData(400, "ExpiredTokenException", 4, "credentials", "sign in again, or give a fresh token, then retry")]
    [InlineData(403, "SignatureDoesNotMatch", 4, "credentials", "check the credentials and the trust policy of the role, then retry")]
    [InlineData(400, "ThrottlingException", 4, "throttled", "wait a little, then retry")]
    [InlineData(0, "Unreachable", 4, "network", "check the network and the endpoint, then retry")]
    [InlineData(503, "ServiceUnavailableException", 4, "aws_fault", "retry later")]
    [InlineData(400, "ClusterNotFoundException", 2, "aws_refused", "mend what AWS names, then deploy again")]
    public void Refusal_of_aws_has_an_exit_code_and_the_one_thing_to_do(int status, string code, int exitCode, string failureCode, string whatToDo)
    {
        var failure = Failure.Of(new AwsException(new AwsFailure("ecs", "DescribeServices", status, code, "no", "r-1")));

        Assert.Equal((exitCode, failureCode), (failure.ExitCode, failure.Code));
        Assert.Contains(whatToDo, failure.Message, StringComparison.Ordinal);
        Assert.Contains("ecs DescribeServices", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_credentials_are_technical_and_say_how_to_give_some()
    {
        var failure = Failure.Of(new AwsConfigurationException("there are no AWS credentials: choose a profile with AWS_PROFILE"));

        Assert.Equal((4, "no_credentials"), (failure.ExitCode, failure.Code));
        Assert.Contains("AWS_PROFILE", failure.Message, StringComparison.Ordinal);
    }
}
