namespace Towpath.GitHubEmulator.Calling;

public enum FaultKind
{
    /// <summary><see cref="ScriptedFault.Status"/> with <see cref="ScriptedFault.Message"/>, and nothing has happened.</summary>
    Error,

    /// <summary>The same after the call has had its effect.</summary>
    ErrorAfter,

    /// <summary>The connection is cut, and nothing has happened.</summary>
    DropBefore,

    /// <summary>The connection is cut after the call has had its effect.</summary>
    DropAfter,

    /// <summary>The head of the answer and half of its body arrive, then the connection is cut.</summary>
    DropWithin,

    /// <summary>Handled, only later.</summary>
    Delay,

    /// <summary>Handled at once, and answered later.</summary>
    DelayAfter,

    /// <summary>The primary limit: 403 with <c>x-ratelimit-remaining: 0</c>.</summary>
    RateLimit,

    /// <summary>A secondary limit: 403, or the status given; <c>retry-after</c> only where <see cref="ScriptedFault.RetryAfter"/> says so.</summary>
    SecondaryLimit,

    /// <summary>200 with a page of HTML, as a proxy in between would answer.</summary>
    NotJson,
}

/// <summary>What happens to the next calls of a route.</summary>
public sealed class ScriptedFault
{
    public required FaultKind Kind { get; init; }

    /// <summary>Method and path, or method and template, with <c>*</c> for any text: <c>POST /repos/*/deployments</c>.</summary>
    public string On { get; init; } = "*";

    /// <summary>Only calls whose body contains this text.</summary>
    public string? Containing { get; init; }

    /// <summary>So many calls pass first.</summary>
    public int After { get; set; }

    /// <summary>How many calls meet it; -1 is all.</summary>
    public int Times { get; set; } = 1;

    public TimeSpan Delay { get; init; }

    public int Status { get; init; } = StatusCodes.Status500InternalServerError;

    public string Message { get; init; } = "Server Error";

    /// <summary>Seconds; null: the header is not sent.</summary>
    public int? RetryAfter { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}
