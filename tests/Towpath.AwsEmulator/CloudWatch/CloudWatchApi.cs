using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.CloudWatch;

/// <summary>
/// Alarms of Amazon CloudWatch, in the query protocol and in JSON 1.0, whichever a call is in.
/// Source: Amazon CloudWatch API Reference, version 2010-08-01.
/// </summary>
internal sealed class CloudWatchApi(EmulatorWorld world) : IEmulatedService
{
    private readonly AlarmsJson _json = new(world);
    private readonly AlarmsQuery _query = new(world);

    public string SigningName => "monitoring";

    public WireProtocol Wire => WireProtocol.Query;

    public string OperationOf(EmulatorCall call) => Of(call).OperationOf(call);

    public IEnumerable<NeededPermission> NeedsOf(EmulatorCall call) => [new($"cloudwatch:{call.Operation}", null)];

    public async Task HandleAsync(EmulatorCall call)
    {
        try
        {
            await Of(call).HandleAsync(call);
        }
        catch (AwsFault fault) when (Of(call) == _json)
        {
            await WireProtocol.Json.WriteAsync(call, fault);
        }
    }

    private IEmulatedService Of(EmulatorCall call) => call.Http.Request.Headers.ContainsKey("X-Amz-Target") ? _json : _query;
}
