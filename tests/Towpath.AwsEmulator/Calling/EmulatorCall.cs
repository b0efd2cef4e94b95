namespace Towpath.AwsEmulator.Calling;

/// <summary>One call on its way through the <see cref="Pipeline"/>.</summary>
public sealed class EmulatorCall(HttpContext http, int number)
{
    public HttpContext Http { get; } = http;

    /// <summary>Counts from 1 in the order of arrival.</summary>
    public int Number { get; } = number;

    public string RequestId { get; } = Guid.CreateVersion7().ToString();

    /// <summary>The service's signing name.</summary>
    public string Service { get; internal set; } = "";

    public string Operation { get; internal set; } = "";

    public Caller Caller { get; internal set; } = Caller.Nobody;

    /// <summary>The whole body; empty for a service that streams.</summary>
    public ReadOnlyMemory<byte> Body { get; internal set; }

    public CancellationToken Aborted => Http.RequestAborted;

    internal bool Dropped { get; set; }

    internal AwsFault? Fault { get; set; }

    internal bool IsNoted { get; set; }

    internal Signing.SigningContext? Signing { get; set; }

    /// <summary>A service's own note between <see cref="IEmulatedService.OperationOf"/> and <see cref="IEmulatedService.HandleAsync"/>.</summary>
    public object? Parsed { get; set; }
}
