using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Protocols;

/// <summary>Errors of S3: a bare <c>Error</c> element.</summary>
internal sealed class S3Protocol : WireProtocol
{
    public override AwsFault Throttled() => new("SlowDown", "Please reduce your request rate.", StatusCodes.Status503ServiceUnavailable);

    public override AwsFault AccessDenied(string message) => new("AccessDenied", message, StatusCodes.Status403Forbidden);

    public override AwsFault ExpiredToken() => new("ExpiredToken", "The provided token has expired.");

    public override AwsFault UnknownCredentials() => new(
        "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", StatusCodes.Status403Forbidden);

    public override AwsFault WrongSignature() => new(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        StatusCodes.Status403Forbidden);

    public override AwsFault MissingCredentials() => new("AccessDenied", "Access Denied", StatusCodes.Status403Forbidden);

    public override AwsFault TooSkewed(DateTimeOffset signed, DateTimeOffset now) => new(
        "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", StatusCodes.Status403Forbidden);

    public override AwsFault Internal() => new("InternalError", "We encountered an internal error. Please try again.", StatusCodes.Status500InternalServerError);

    public override AwsFault Unavailable() => Throttled();

    public override AwsFault UnknownOperation(string operation) => new(
        "NotImplemented", $"A header or query you provided implies functionality that is not implemented: {operation}", StatusCodes.Status501NotImplemented);

    public override void WriteRequestId(EmulatorCall call)
    {
        // The short id ends as the long one does: its beginning is the time, which calls share.
        call.Http.Response.Headers["x-amz-request-id"] = call.RequestId[^12..];
        call.Http.Response.Headers["x-amz-id-2"] = call.RequestId;
    }

    public override async Task WriteAsync(EmulatorCall call, AwsFault fault)
    {
        call.Http.Response.StatusCode = fault.Status;
        if (HttpMethods.IsHead(call.Http.Request.Method) || fault.Status == StatusCodes.Status304NotModified) return;
        await XmlAnswer.WriteAsync(call, new XElement("Error",
            new XElement("Code", fault.Code), new XElement("Message", fault.Message),
            fault.Details.Select(d => new XElement(d.Key, d.Value)), new XElement("RequestId", call.RequestId)));
    }
}
