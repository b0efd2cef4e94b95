using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Credentials;

/// <summary>The three calls of AWS STS that begin a session, by the SDK.</summary>
internal sealed class Sts(AwsEndpoints endpoints)
{
    /// <summary>A session that a role began may last an hour at most; longer ones are not asked for at all (AWS IAM User Guide, "Role chaining").</summary>
    private const int SessionSeconds = 3600;

    public async Task<Session> AssumeAsync(ImmutableCredentials own, string role, string session, string region, CancellationToken cancellationToken)
    {
        using var client = Client(region, own.UseToken
            ? new SessionAWSCredentials(own.AccessKey, own.SecretKey, own.Token)
            : new BasicAWSCredentials(own.AccessKey, own.SecretKey));
        return await CallAsync("AssumeRole", async () => (await client.AssumeRoleAsync(
            new AssumeRoleRequest { RoleArn = role, RoleSessionName = session, DurationSeconds = SessionSeconds }, cancellationToken)).Credentials);
    }

    public async Task<Session> AssumeAsync(string token, string role, string session, string region, CancellationToken cancellationToken)
    {
        using var client = Client(region, new AnonymousAWSCredentials());
        return await CallAsync("AssumeRoleWithWebIdentity", async () => (await client.AssumeRoleWithWebIdentityAsync(
            new AssumeRoleWithWebIdentityRequest { RoleArn = role, RoleSessionName = session, WebIdentityToken = token, DurationSeconds = SessionSeconds }, cancellationToken)).Credentials);
    }

    private AmazonSecurityTokenServiceClient Client(string region, AWSCredentials credentials)
    {
        var config = new AmazonSecurityTokenServiceConfig { AuthenticationRegion = region, RetryMode = RequestRetryMode.Standard, MaxErrorRetry = AwsRetry.Attempts - 1 };
        if (endpoints.OverrideOf(AwsService.Sts) is { } url) config.ServiceURL = url.ToString();
        else config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        return new AmazonSecurityTokenServiceClient(credentials, config);
    }

    private static async Task<Session> CallAsync(string operation, Func<Task<Amazon.SecurityToken.Model.Credentials>> call)
    {
        try
        {
            var given = await call();
            return new Session(new ImmutableCredentials(given.AccessKeyId, given.SecretAccessKey, given.SessionToken), new DateTimeOffset(given.Expiration!.Value.ToUniversalTime(), TimeSpan.Zero));
        }
        catch (AmazonServiceException e)
        {
            throw new AwsException(new AwsFailure("sts", operation, (int)e.StatusCode, e.ErrorCode is { Length: > 0 } code ? code : "Unreachable", e.Message, e.RequestId), e);
        }
        catch (HttpRequestException e)
        {
            throw new AwsException(new AwsFailure("sts", operation, 0, "Unreachable", e.Message), e);
        }
    }
}

/// <param name="Keys">What calls are signed with.</param>
/// <param name="ExpiresAt">When AWS refuses them; null for keys that last.</param>
internal sealed record Session(ImmutableCredentials Keys, DateTimeOffset? ExpiresAt)
{
    // Records print their members, and these are secrets.
    public override string ToString() => $"a session until {ExpiresAt:O}";
}
