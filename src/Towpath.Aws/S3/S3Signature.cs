using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;

namespace Towpath.Aws.S3;

/// <summary>Signs with the SDK's Signature Version 4 over a hash of the body that is known beforehand, and makes the message to send.</summary>
internal static class S3Signature
{
    private const string EmptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private sealed class AnyRequest : AmazonWebServiceRequest;

    public static HttpRequestMessage Sign(S3Request request, S3Address address, string region, ImmutableCredentials credentials, DateTimeOffset at)
    {
        var signed = new DefaultRequest(new AnyRequest(), "s3")
        {
            Endpoint = new Uri(address.Host),
            HttpMethod = request.Method.Method,
            ResourcePath = address.Path,
            AuthenticationRegion = region,
            OverrideSigningServiceName = "s3",
            UseQueryString = true,
        };
        signed.Headers["x-amz-content-sha256"] = request.Body?.Sha256 ?? EmptyBody;
        foreach (var (name, value) in request.Query) signed.Parameters[name] = value;
        foreach (var (name, value) in request.Headers) signed.Headers[name] = value;
        if (credentials.UseToken) signed.Headers["X-Amz-Security-Token"] = credentials.Token;
        var config = new AmazonS3Config { AuthenticationRegion = region, ServiceURL = address.Host };
        var result = new AWS4Signer().SignRequest(signed, config, new RequestMetrics(), credentials.AccessKey, credentials.SecretKey, at.UtcDateTime);
        signed.Headers["Authorization"] = result.ForAuthorizationHeader;
        return Message(request, address, signed);
    }

    private static HttpRequestMessage Message(S3Request request, S3Address address, DefaultRequest signed)
    {
        var message = new HttpRequestMessage(request.Method, address.Url(request.Query)) { Content = request.Body?.Open() };
        if (message.Content is null && request.Method == HttpMethod.Put) message.Content = new ByteArrayContent([]);
        if (request.Body is { } body) message.Content!.Headers.ContentLength = body.Length;
        foreach (var (name, value) in signed.Headers)
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
        return message;
    }
}
