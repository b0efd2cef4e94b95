using Towpath.Aws.Steps;
using Towpath.Core.Targets;

namespace Towpath.Aws.Calling;

/// <summary>AWS said no, or could not be reached after retries. Holds AWS's own code, message and request id; never a secret.</summary>
public sealed class AwsException(AwsFailure failure, Exception? innerException = null) : IOException(failure.ToString(), innerException), IExplainedFault
{
    public AwsFailure Failure => failure;

    public string Code => failure.Code;

    /// <summary>The caller may not do this. Trying again changes nothing.</summary>
    public bool IsDenied => failure.Code is "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "AuthorizationError"
        || (failure.Status == 403 && !IsAboutCredentials && !IsThrottled);

    /// <summary>Credentials are expired, unknown or wrongly signed.</summary>
    public bool IsAboutCredentials => IsExpired || failure.Code is "UnrecognizedClientException" or "InvalidClientTokenId" or "InvalidAccessKeyId"
        or "SignatureDoesNotMatch" or "InvalidSignatureException" or "InvalidIdentityToken" or "MissingAuthenticationToken" or "MissingAuthenticationTokenException"
        or "IncompleteSignature" or "NoCredentials";

    /// <summary>The session ended; new credentials may be had.</summary>
    public bool IsExpired => failure.Code is "ExpiredToken" or "ExpiredTokenException" or "RequestExpired" or "TokenRefreshRequired";

    public bool IsThrottled => AwsRetry.IsThrottling(failure.Code) || failure.Status == 429;

    /// <summary>Worth another try later: throttled, a fault of AWS, or no answer at all.</summary>
    public bool IsTransient => IsThrottled || failure.Status is 0 or >= 500;

    public RefusalKind Kind => this switch
    {
        { IsAboutCredentials: true } or { IsTransient: true } => RefusalKind.Technical,
        { IsDenied: true } => RefusalKind.NotAllowed,
        _ => RefusalKind.Wrong,
    };

    public string FaultCode => this switch
    {
        { IsAboutCredentials: true } => "credentials",
        { IsThrottled: true } => "throttled",
        { Failure.Status: 0 } => "network",
        { IsTransient: true } => "aws_fault",
        { IsDenied: true } => "denied",
        _ => "aws_refused",
    };

    public string Explanation => AwsWords.Of(this);
}

/// <param name="Service">The signing name, such as <c>ecs</c>.</param>
/// <param name="Operation">Such as <c>UpdateService</c>.</param>
/// <param name="Status">HTTP status; 0 where there was no answer.</param>
/// <param name="Code">AWS's code without namespace, such as <c>ClusterNotFoundException</c>.</param>
/// <param name="Message">AWS's own words.</param>
/// <param name="RequestId">AWS's request id, for support.</param>
public sealed record AwsFailure(string Service, string Operation, int Status, string Code, string Message, string? RequestId = null)
{
    /// <summary>What <c>Retry-After</c> said.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The region that S3 says the bucket is in.</summary>
    public string? BucketRegion { get; init; }

    public override string ToString() =>
        $"{Service} {Operation}: {Code}{(Message.Length > 0 ? $": {Message}" : "")}{(RequestId is null ? "" : $" (request {RequestId})")}";
}

/// <summary>The process was set up wrongly for AWS: no region, a bad endpoint, no credentials.</summary>
public sealed class AwsConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException), IExplainedFault
{
    public string FaultCode => "no_credentials";

    public RefusalKind Kind => RefusalKind.Technical;

    public string Explanation => Message;
}
