using System.Text;

namespace Towpath.AwsEmulator.Calling;

public enum FaultKind
{
    /// <summary>As the service spells throttling.</summary>
    Throttle,

    /// <summary>500.</summary>
    Internal,

    /// <summary>503; S3 says SlowDown.</summary>
    Unavailable,

    /// <summary>The connection is cut, and nothing has happened.</summary>
    DropBefore,

    /// <summary>The connection is cut after the call has had its effect.</summary>
    DropAfter,

    /// <summary>Handled, only later.</summary>
    Delay,

    /// <summary>The error that <see cref="ScriptedFault.Code"/> and <see cref="ScriptedFault.Message"/> name.</summary>
    Error,

    /// <summary>Every session that exists ends, this call's too.</summary>
    ExpireSessions,
}

/// <summary>What happens to the next calls of an operation.</summary>
public sealed class ScriptedFault
{
    public required FaultKind Kind { get; init; }

    /// <summary>The signing name; <c>*</c> is any.</summary>
    public string Service { get; init; } = "*";

    /// <summary><c>*</c> is any.</summary>
    public string Operation { get; init; } = "*";

    /// <summary>Only calls whose path or body contains this text.</summary>
    public string? Containing { get; init; }

    /// <summary>So many calls pass first.</summary>
    public int After { get; set; }

    public int Times { get; set; } = 1;

    public TimeSpan Delay { get; init; }

    public string Code { get; init; } = "InternalError";

    public string Message { get; init; } = "";

    public int Status { get; init; } = StatusCodes.Status400BadRequest;

    internal bool IsFor(EmulatorCall call) =>
        (Service == "*" || Service == call.Service)
        && (Operation == "*" || Operation == call.Operation)
        && (Containing is null
            || call.Http.Request.Path.Value!.Contains(Containing, StringComparison.Ordinal)
            || Encoding.UTF8.GetString(call.Body.Span).Contains(Containing, StringComparison.Ordinal));
}
