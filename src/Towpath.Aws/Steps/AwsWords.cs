using Towpath.Aws.Calling;

namespace Towpath.Aws.Steps;

/// <summary>AWS's answer with the one thing to do next.</summary>
public static class AwsWords
{
    public static string Of(AwsException exception) => $"{exception.Failure}; {NextOf(exception)}";

    /// <summary>The one thing to do next.</summary>
    public static string NextOf(AwsException exception) => exception switch
    {
        { IsExpired: true } => "the session ended and no new one could be had: sign in again, or give a fresh token, then retry",
        { IsAboutCredentials: true } => "check the credentials and the trust policy of the role, then retry",
        { IsDenied: true } => $"allow {ActionOf(exception.Failure)} in the policy of that role",
        { IsThrottled: true } => "AWS limits the rate of calls: wait a little, then retry",
        { Failure.Status: 0 } => "check the network and the endpoint, then retry",
        { Failure.Status: >= 500 } => "AWS has a fault: retry later, and name the request id to AWS where it lasts",
        _ => "mend what AWS names, then deploy again",
    };

    private static string ActionOf(AwsFailure failure) => $"{(failure.Service == "monitoring" ? "cloudwatch" : failure.Service)}:{failure.Operation}";
}
