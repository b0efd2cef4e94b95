using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using Amazon.SecurityToken;

namespace Towpath.Aws.Calling;

/// <summary>Signs with the SDK's Signature Version 4 and makes the message to send.</summary>
internal static class AwsSignature
{
    private sealed class AnyRequest : AmazonWebServiceRequest;

    public static HttpRequestMessage Sign(AwsRequest request, Uri endpoint, string region, ImmutableCredentials credentials, DateTimeOffset at)
    {
        var signed = new DefaultRequest(new AnyRequest(), request.Service.SigningName)
        {
            Endpoint = endpoint,
            HttpMethod = request.Method.Method,
            ResourcePath = request.Path,
            Content = request.Body,
            AuthenticationRegion = region,
            OverrideSigningServiceName = request.Service.SigningName,
            UseQueryString = true,
        };
        foreach (var (name, value) in request.Query) signed.Parameters[name] = value;
        foreach (var (name, value) in request.Headers) signed.Headers[name] = value;
        if (request.ContentType is { } type) signed.Headers["Content-Type"] = type;
        if (credentials.UseToken) signed.Headers["X-Amz-Security-Token"] = credentials.Token;
        var config = new AmazonSecurityTokenServiceConfig { AuthenticationRegion = region, ServiceURL = endpoint.GetLeftPart(UriPartial.Authority) };
        var result = new AWS4Signer().SignRequest(signed, config, new RequestMetrics(), credentials.AccessKey, credentials.SecretKey, at.UtcDateTime);
        signed.Headers["Authorization"] = result.ForAuthorizationHeader;
        return Message(request, endpoint, signed);
    }

    private static HttpRequestMessage Message(AwsRequest request, Uri endpoint, DefaultRequest signed)
    {
        var query = string.Join('&', request.Query.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));
        var url = endpoint.GetLeftPart(UriPartial.Authority) + request.Path + (query.Length > 0 ? "?" + query : "");
        var message = new HttpRequestMessage(request.Method, new Uri(url));
        if (request.Body.Length > 0 || request.Method != HttpMethod.Get) message.Content = new ByteArrayContent(request.Body);
        foreach (var (name, value) in signed.Headers)
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
        return message;
    }
}
