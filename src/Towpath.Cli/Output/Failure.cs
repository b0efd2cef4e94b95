using Towpath.Core.Applications;
using Towpath.Core.Gates;
using Towpath.Core.Targets;

namespace Towpath.Cli.Output;

/// <summary>Why a command did not do what was asked.</summary>
/// <param name="ExitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="Code">Stable, such as <c>unreachable</c>.</param>
/// <param name="Message">What happened, to what, what was found.</param>
/// <param name="WhatToDo">What to do next.</param>
internal sealed record Failure(int ExitCode, string Code, string Message, string? WhatToDo = null)
{
    /// <summary>Where specs are involved: every error.</summary>
    public IReadOnlyList<SpecError>? Errors { get; init; }

    /// <summary>Where gates are involved: what they found.</summary>
    public GateResult? Gates { get; init; }

    public FailureBody Body => new(Code, Message, WhatToDo, ExitCode, Errors, Gates);

    /// <summary>An exception that reached the edge of the process.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        IExplainedFault fault => new(ExitCodes.Of(fault.Kind), fault.FaultCode, fault.Explanation),
        HttpRequestException e => new(ExitCodes.Technical, "network", e.Message),
        UnauthorizedAccessException e => new(ExitCodes.NotAllowed, "file_access", e.Message),
        IOException e => new(ExitCodes.Technical, "io", e.Message),
        _ => new(ExitCodes.Technical, "unexpected", $"{exception.GetType().Name}: {exception.Message}",
            System.Environment.GetEnvironmentVariable("TOWPATH_DEBUG") is { Length: > 0 } ? exception.ToString() : "set TOWPATH_DEBUG=1 to see where it happened"),
    };
}
