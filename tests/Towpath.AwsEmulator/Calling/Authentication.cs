using System.Globalization;
using Towpath.AwsEmulator.Calling.Signing;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Calling;

/// <summary>Who calls: known key, live session, right signature.</summary>
internal sealed class Authentication(EmulatorWorld world)
{
    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);
    private readonly Signature _signature = new();

    public void Check(EmulatorCall call, CredentialScope scope, WireProtocol wire)
    {
        var request = call.Http.Request;
        var known = world.Credentials.Find(scope.AccessKey) ?? throw wire.UnknownCredentials();
        var token = request.Headers["X-Amz-Security-Token"].ToString();
        if (token.Length == 0) token = request.Query["X-Amz-Security-Token"].ToString();
        if (token != (known.SessionToken ?? "")) throw wire.UnknownCredentials();
        // The journal names the caller of a refused call too.
        call.Caller = known.Caller with { Region = scope.Region };
        if (known.Expires <= world.Now) throw wire.ExpiredToken();
        call.Signing = _signature.Check(request, scope, known.Secret, call.Body) ?? throw wire.WrongSignature();
        if (!call.Body.IsEmpty && !Signature.BodyMatches(request, call.Body)) throw wire.WrongSignature();
        CheckClock(request, wire);
    }

    /// <summary>A virtual clock is never the client's, so only the real one is compared.</summary>
    private void CheckClock(HttpRequest request, WireProtocol wire)
    {
        var presigned = request.Query.TryGetValue("X-Amz-Date", out var at);
        if (!DateTimeOffset.TryParseExact(
            presigned ? at.ToString() : request.Headers["X-Amz-Date"].ToString(), Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed))
            throw wire.WrongSignature();
        if (world.Time != TimeProvider.System) return;
        var age = world.Now - signed;
        if (presigned && double.TryParse(request.Query["X-Amz-Expires"], out var seconds) && age > TimeSpan.FromSeconds(seconds))
            throw wire.AccessDenied("Request has expired");
        if (!presigned && age.Duration() > Skew) throw wire.TooSkewed(signed, world.Now);
    }
}
