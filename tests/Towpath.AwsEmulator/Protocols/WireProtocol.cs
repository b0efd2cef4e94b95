using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Protocols;

/// <summary>How a service spells its errors on the wire, and the ones that every service has.</summary>
public abstract class WireProtocol
{
    public static readonly WireProtocol Json = new JsonProtocol();

    /// <summary>Lambda and its like: REST with JSON bodies.</summary>
    public static readonly WireProtocol RestJson = new RestJsonProtocol();

    public static readonly WireProtocol Query = new QueryProtocol();

    /// <summary>CloudFront: REST with XML bodies.</summary>
    public static readonly WireProtocol RestXml = new QueryProtocol();

    public static readonly WireProtocol S3 = new S3Protocol();

    public abstract AwsFault Throttled();

    public abstract AwsFault AccessDenied(string message);

    public abstract AwsFault ExpiredToken();

    /// <summary>The access key or its session token is not known.</summary>
    public abstract AwsFault UnknownCredentials();

    public abstract AwsFault WrongSignature();

    public abstract AwsFault MissingCredentials();

    /// <summary>The client's clock and ours differ by more than a quarter of an hour.</summary>
    public virtual AwsFault TooSkewed(DateTimeOffset signed, DateTimeOffset now)
    {
        var wrong = WrongSignature();
        return new AwsFault(
            wrong.Code, $"Signature expired: {signed:yyyyMMdd'T'HHmmss'Z'} is now earlier than {now.AddMinutes(-15):yyyyMMdd'T'HHmmss'Z'} ({now:yyyyMMdd'T'HHmmss'Z'} - 15 min.)", wrong.Status);
    }

    /// <summary>500.</summary>
    public abstract AwsFault Internal();

    /// <summary>503.</summary>
    public abstract AwsFault Unavailable();

    public abstract AwsFault UnknownOperation(string operation);

    public abstract Task WriteAsync(EmulatorCall call, AwsFault fault);

    public virtual void WriteRequestId(EmulatorCall call) => call.Http.Response.Headers["x-amzn-RequestId"] = call.RequestId;
}
