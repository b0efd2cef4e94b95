using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Protocols;

/// <summary>Errors of the JSON 1.0 and 1.1 protocols: <c>__type</c> and <c>message</c>.</summary>
internal class JsonProtocol : WireProtocol
{
    public override AwsFault Throttled() => new("ThrottlingException", "Rate exceeded");

    public override AwsFault AccessDenied(string message) => new("AccessDeniedException", message);

    public override AwsFault ExpiredToken() => new("ExpiredTokenException", "The security token included in the request is expired");

    public override AwsFault UnknownCredentials() => new("UnrecognizedClientException", "The security token included in the request is invalid.");

    public override AwsFault WrongSignature() => new(
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. "
        + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");

    public override AwsFault MissingCredentials() => new("MissingAuthenticationTokenException", "Missing Authentication Token");

    public override AwsFault Internal() => new("InternalServerError", "An internal error occurred.", StatusCodes.Status500InternalServerError);

    public override AwsFault Unavailable() => new("ServiceUnavailableException", "The service is temporarily unavailable.", StatusCodes.Status503ServiceUnavailable);

    public override AwsFault UnknownOperation(string operation) => new("UnknownOperationException", $"The emulator does not know {operation}.");

    public override async Task WriteAsync(EmulatorCall call, AwsFault fault)
    {
        var response = call.Http.Response;
        response.StatusCode = fault.Status;
        response.ContentType = "application/x-amz-json-1.1";
        WriteType(response, fault);
        var body = new JsonObject { ["__type"] = fault.Code, ["message"] = fault.Message };
        foreach (var (name, value) in fault.Details) body[name] = value;
        await JsonAnswer.WriteAsync(call, body);
    }

    protected virtual void WriteType(HttpResponse response, AwsFault fault)
    {
    }
}

/// <summary>Errors of REST services with JSON bodies name their type in a header too.</summary>
internal sealed class RestJsonProtocol : JsonProtocol
{
    public override AwsFault Throttled() => new("TooManyRequestsException", "Rate Exceeded.", StatusCodes.Status429TooManyRequests)
    {
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["Reason"] = "CallerRateLimitExceeded" },
    };

    public override AwsFault AccessDenied(string message) => new("AccessDeniedException", message, StatusCodes.Status403Forbidden);

    public override AwsFault ExpiredToken() => With403(base.ExpiredToken());

    public override AwsFault UnknownCredentials() => With403(base.UnknownCredentials());

    public override AwsFault WrongSignature() => With403(base.WrongSignature());

    public override AwsFault MissingCredentials() => With403(base.MissingCredentials());

    public override AwsFault Internal() => new("ServiceException", "An internal error occurred.", StatusCodes.Status500InternalServerError);

    public override AwsFault UnknownOperation(string operation) => new("UnknownOperationException", $"The emulator does not know {operation}.", StatusCodes.Status404NotFound);

    protected override void WriteType(HttpResponse response, AwsFault fault)
    {
        response.ContentType = "application/json";
        response.Headers["x-amzn-ErrorType"] = fault.Code;
    }

    private static AwsFault With403(AwsFault fault) => new(fault.Code, fault.Message, StatusCodes.Status403Forbidden);
}
