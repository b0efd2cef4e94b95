using System.Xml.Linq;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Protocols;

/// <summary>Errors of the query protocol, and of REST services with XML bodies.</summary>
internal sealed class QueryProtocol : WireProtocol
{
    public override AwsFault Throttled() => new("Throttling", "Rate exceeded");

    public override AwsFault AccessDenied(string message) => new("AccessDenied", message, StatusCodes.Status403Forbidden);

    public override AwsFault ExpiredToken() => new("ExpiredToken", "The security token included in the request is expired", StatusCodes.Status403Forbidden);

    public override AwsFault UnknownCredentials() => new("InvalidClientTokenId", "The security token included in the request is invalid.", StatusCodes.Status403Forbidden);

    public override AwsFault WrongSignature() => new(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. "
        + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        StatusCodes.Status403Forbidden);

    public override AwsFault MissingCredentials() => new("MissingAuthenticationToken", "Request is missing Authentication Token", StatusCodes.Status403Forbidden);

    public override AwsFault Internal() => new("InternalFailure", "An internal error occurred.", StatusCodes.Status500InternalServerError);

    public override AwsFault Unavailable() => new("ServiceUnavailable", "The service is temporarily unavailable.", StatusCodes.Status503ServiceUnavailable);

    public override AwsFault UnknownOperation(string operation) => new("InvalidAction", $"The emulator does not know {operation}.");

    public override async Task WriteAsync(EmulatorCall call, AwsFault fault)
    {
        call.Http.Response.StatusCode = fault.Status;
        var error = new XElement("Error",
            new XElement("Type", fault.Status >= 500 ? "Receiver" : "Sender"), new XElement("Code", fault.Code), new XElement("Message", fault.Message),
            fault.Details.Select(d => new XElement(d.Key, d.Value)));
        await XmlAnswer.WriteAsync(call, new XElement("ErrorResponse", error, new XElement("RequestId", call.RequestId)));
    }
}
