using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.CloudWatch;

/// <summary>
/// Alarms of Amazon CloudWatch, in the query protocol and in JSON 1.0, whichever a call is in.
/// Source: Amazon CloudWatch API Reference, version 2010-08-01.
/// </summary>
internal sealed class CloudWatchApi(EmulatorWorld world) : IEmulatedService, ISeededService
{
    private readonly AlarmsJson _json = new(world);
    private readonly AlarmsQuery _query = new(world);

    public string SigningName => "monitoring";

    public WireProtocol Wire => WireProtocol.Query;

    public string OperationOf(EmulatorCall call) => Of(call).OperationOf(call);

    public IEnumerable<NeededPermission> NeedsOf(EmulatorCall call) => [new($"cloudwatch:{call.Operation}", $"arn:aws:cloudwatch:{call.Caller.Region}:{call.Caller.Account}:alarm:*")];

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

    /// <summary><c>{ "alarms": { "errors": "OK" } }</c></summary>
    public void Seed(JsonObject state, string account, string region) => world.Estate().Change(estate =>
    {
        foreach (var (name, value) in state.Member("alarms") ?? []) estate.In(account, region).Alarms.Set(name, (string)value!, "seeded");
    });

    private IEmulatedService Of(EmulatorCall call) => call.Http.Request.Headers.ContainsKey("X-Amz-Target") ? _json : _query;
}
