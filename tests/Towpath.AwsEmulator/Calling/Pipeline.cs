using Microsoft.AspNetCore.Http.Features;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Calling;

/// <summary>The one path that every call takes: who, whether it may, limits, faults, hooks, handler, journal.</summary>
internal sealed class Pipeline(EmulatorWorld world, IReadOnlyList<IEmulatedService> services)
{
    private readonly Dictionary<string, IEmulatedService> _services = services.ToDictionary(s => s.SigningName, StringComparer.Ordinal);
    private readonly Authentication _authentication = new(world);
    private int _number;

    public Limits Limits { get; } = new(world.Time);

    public async Task HandleAsync(HttpContext http)
    {
        var call = new EmulatorCall(http, Interlocked.Increment(ref _number));
        var scope = CredentialScope.Parse(http.Request.Headers.Authorization) ?? CredentialScope.Parse(http.Request.Query);
        var service = _services.GetValueOrDefault(scope?.Service ?? Unsigned(http.Request));
        var wire = service?.Wire ?? WireProtocol.Json;
        // A client that has its answer finds its call in the journal.
        http.Response.OnStarting(() =>
        {
            Note(call, wire);
            return Task.CompletedTask;
        });
        try
        {
            if (service is null) throw wire.UnknownOperation($"the service {scope?.Service}");
            await PrepareAsync(call, service, wire, scope);
            await AnswerAsync(call, service, wire);
        }
        catch (AwsFault thrown)
        {
            call.Fault = thrown;
            if (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted) await wire.WriteAsync(call, thrown);
        }
        catch (Exception left) when (left is BadHttpRequestException || (left is OperationCanceledException && http.RequestAborted.IsCancellationRequested))
        {
            // The client went away in the middle of its request, and so does its call.
            Drop(call, wire);
        }
        catch (Exception bug)
        {
            await TellBugAsync(call, wire, bug);
        }

        Note(call, wire);
    }

    /// <summary>Calls without a signature: a token for a session, or an anonymous call of S3.</summary>
    private static string Unsigned(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path == "/" ? "sts" : "s3";

    private async Task PrepareAsync(EmulatorCall call, IEmulatedService service, WireProtocol wire, CredentialScope? scope)
    {
        call.Service = service.SigningName;
        wire.WriteRequestId(call);
        if (service.BuffersBody) call.Body = await ReadAsync(call.Http);
        call.Operation = service.OperationOf(call);
        if (scope is not null) _authentication.Check(call, scope, wire);
        else if (!service.AllowsAnonymous(call)) throw wire.MissingCredentials();
        world.Authorization.Check(call, service, wire);
        if (world.Script.Latency > TimeSpan.Zero) await Task.Delay(world.Script.Latency, world.Time, call.Aborted);
        if (world.Script.DocumentedLimits && !Limits.Allows(call)) throw wire.Throttled();
    }

    private async Task AnswerAsync(EmulatorCall call, IEmulatedService service, WireProtocol wire)
    {
        var scripted = world.Script.Take(call);
        await BeforeAsync(call, scripted, wire);
        if (call.Dropped) return;
        if (world.Script.OnBefore is { } before) await before(call);
        if (scripted?.Kind != FaultKind.DropAfter && world.Script.OnAfter is null)
        {
            await service.HandleAsync(call);
            return;
        }

        await HandleHeldBackAsync(call, service, wire, scripted);
    }

    private async Task BeforeAsync(EmulatorCall call, ScriptedFault? scripted, WireProtocol wire)
    {
        switch (scripted?.Kind)
        {
            case null or FaultKind.DropAfter:
                return;
            case FaultKind.Throttle:
                throw wire.Throttled();
            case FaultKind.Internal:
                throw wire.Internal();
            case FaultKind.Unavailable:
                throw wire.Unavailable();
            case FaultKind.Error:
                throw new AwsFault(scripted.Code, scripted.Message, scripted.Status);
            case FaultKind.Delay:
                await Task.Delay(scripted.Delay, world.Time, call.Aborted);
                return;
            case FaultKind.DropBefore:
                Drop(call, wire);
                return;
            case FaultKind.ExpireSessions:
                world.Credentials.ExpireSessions();
                if (call.Caller.IsSession) throw wire.ExpiredToken();
                return;
        }
    }

    /// <summary>The effect happens, and the answer waits for the hook or is never sent.</summary>
    private async Task HandleHeldBackAsync(EmulatorCall call, IEmulatedService service, WireProtocol wire, ScriptedFault? scripted)
    {
        var features = call.Http.Features;
        var real = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var held = new MemoryStream();
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(held));
        try
        {
            await service.HandleAsync(call);
        }
        catch (AwsFault fault)
        {
            call.Fault = fault;
            await wire.WriteAsync(call, fault);
        }

        await call.Http.Response.BodyWriter.FlushAsync(call.Aborted);
        features.Set(real);
        if (world.Script.OnAfter is { } after) await after(call);
        if (scripted?.Kind == FaultKind.DropAfter) Drop(call, wire);
        else await real.Writer.WriteAsync(held.ToArray(), call.Aborted);
    }

    private void Drop(EmulatorCall call, WireProtocol wire)
    {
        call.Dropped = true;
        Note(call, wire);
        call.Http.Abort();
    }

    /// <summary>A mistake of ours, or input of a shape that nobody thought of: the client sees what it is.</summary>
    private static async Task TellBugAsync(EmulatorCall call, WireProtocol wire, Exception bug)
    {
        await Console.Error.WriteLineAsync($"{call.Service}:{call.Operation}: {bug}");
        call.Fault = new AwsFault(wire.Internal().Code, $"The emulator failed: {bug.Message}", StatusCodes.Status500InternalServerError);
        if (!call.Http.Response.HasStarted) await wire.WriteAsync(call, call.Fault);
        else call.Http.Abort();
    }

    private void Note(EmulatorCall call, WireProtocol wire)
    {
        if (call.IsNoted) return;
        call.IsNoted = true;
        world.Calls.Add(
            new JournaledCall(
                call.Number, call.Service, call.Operation, call.Caller.Account, call.Caller.Region, call.Caller.Arn, call.Caller.SessionName,
                call.Dropped ? 0 : call.Http.Response.StatusCode, call.Fault?.Code, world.Now),
            throttled: call.Fault is { } fault && fault.Code == wire.Throttled().Code);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength == 0) return default;
        using var body = new MemoryStream((int)(http.Request.ContentLength ?? 0));
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
