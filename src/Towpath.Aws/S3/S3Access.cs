using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;

namespace Towpath.Aws.S3;

/// <summary>The SDK's client for S3, with Towpath's credentials and endpoints, and with errors told as those of every other service.</summary>
public sealed class S3Access(AwsEndpoints endpoints, IAwsCredentials credentials)
{
    /// <exception cref="AwsException">S3 said no, or could not be reached.</exception>
    public async Task<T> CallAsync<T>(AwsScope scope, string operation, Func<IAmazonS3, Task<T>> call, CancellationToken cancellationToken)
    {
        using var client = await ClientAsync(scope, cancellationToken);
        try
        {
            return await call(client);
        }
        catch (AmazonServiceException e)
        {
            throw new AwsException(new AwsFailure("s3", operation, (int)e.StatusCode, CodeOf(e), e.Message, e.RequestId), e);
        }
        catch (Exception e) when (e is HttpRequestException or AmazonClientException)
        {
            throw new AwsException(new AwsFailure("s3", operation, 0, "Unreachable", e.Message), e);
        }
    }

    private async Task<AmazonS3Client> ClientAsync(AwsScope scope, CancellationToken cancellationToken)
    {
        var keys = await credentials.GetAsync(scope, cancellationToken);
        var config = new AmazonS3Config { AuthenticationRegion = scope.Region, RetryMode = RequestRetryMode.Standard, MaxErrorRetry = AwsRetry.Attempts - 1 };
        if (endpoints.OverrideOf(AwsService.S3) is { } url) (config.ServiceURL, config.ForcePathStyle) = (url.ToString(), true);
        else config.RegionEndpoint = RegionEndpoint.GetBySystemName(scope.Region);
        return new AmazonS3Client(keys.UseToken ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token) : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey), config);
    }

    // An answer to HEAD has no body, so that the SDK knows no code but the status.
    private static string CodeOf(AmazonServiceException e) => e.ErrorCode switch
    {
        { Length: > 0 } told when told is not ("Forbidden" or "NotFound") => told,
        _ => e.StatusCode switch
        {
            HttpStatusCode.Forbidden => "AccessDenied",
            HttpStatusCode.NotFound => "NotFound",
            HttpStatusCode.MovedPermanently => "PermanentRedirect",
            var other => $"HTTP {(int)other}",
        },
    };
}
