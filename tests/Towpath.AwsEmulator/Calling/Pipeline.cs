using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Calling;

/// <summary>The one path that every call takes: who, whether it may, limits, faults, hooks, handler, journal.</summary>
internal sealed class Pipeline(EmulatorWorld world, IReadOnlyList<IEmulatedService> services)
{
    private readonly Dictionary<string, IEmulatedService> _services = services.ToDictionary(s => s.SigningName, StringComparer.Ordinal);
    private int _number;

    public async Task HandleAsync(HttpContext http)
    {
        var call = new EmulatorCall(http, Interlocked.Increment(ref _number));
        WireProtocol wire = WireProtocol.Json;
        AwsFault? fault = null;
        try
        {
            var scope = CredentialScope.Parse(http.Request.Headers.Authorization) ?? CredentialScope.Parse(http.Request.Query);
            var service = _services.GetValueOrDefault(scope?.Service ?? "sts") ?? throw wire.UnknownOperation(scope?.Service ?? "");
            wire = service.Wire;
            call.Service = service.SigningName;
            wire.WriteRequestId(call);
            if (service.BuffersBody) call.Body = await ReadAsync(http);
            call.Operation = service.OperationOf(call);
            if (scope is not null)
                call.Caller = (world.Credentials.Find(scope.AccessKey) ?? throw wire.UnknownCredentials()).Caller with { Region = scope.Region };
            await service.HandleAsync(call);
        }
        catch (AwsFault thrown)
        {
            fault = thrown;
            await wire.WriteAsync(call, thrown);
        }

        world.Calls.Add(
            new JournaledCall(
                call.Number, call.Service, call.Operation, call.Caller.Account, call.Caller.Region, call.Caller.Arn, call.Caller.SessionName,
                http.Response.StatusCode, fault?.Code, world.Now),
            throttled: fault?.Code == wire.Throttled().Code);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength == 0) return default;
        using var body = new MemoryStream((int)(http.Request.ContentLength ?? 0));
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
