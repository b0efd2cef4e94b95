using Towpath.Core.Targets;

namespace Towpath.Cli;

/// <summary>What the process tells its caller; documented and kept.</summary>
internal static class ExitCodes
{
    /// <summary>Done and observed; for <c>promote</c> without <c>--wait</c>: accepted and all gates open.</summary>
    public const int Done = 0;

    /// <summary>The deployment or its verification said no, whether it was rolled back or not.</summary>
    public const int Failed = 1;

    /// <summary>The call or a spec is wrong.</summary>
    public const int Wrong = 2;

    /// <summary>Recorded but waiting: a gate is not open.</summary>
    public const int Waiting = 3;

    /// <summary>A technical error after retries: network, credentials, a third party.</summary>
    public const int Technical = 4;

    /// <summary>Not allowed.</summary>
    public const int NotAllowed = 5;

    /// <summary>Interrupted from the keyboard: 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;

    public static int Of(RefusalKind kind) => kind switch
    {
        RefusalKind.No => Failed,
        RefusalKind.Wrong => Wrong,
        RefusalKind.NotAllowed => NotAllowed,
        RefusalKind.Technical => Technical,
    };

    /// <summary>For help and the reference page.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> Documented { get; } =
    [
        (Done, "done and observed; for `promote` without `--wait`: accepted and all gates open"),
        (Failed, "failed: the deployment or its verification said no; the text says whether it was rolled back"),
        (Wrong, "the call or a spec is wrong"),
        (Waiting, "recorded but waiting: a gate is not open; the tree says which"),
        (Technical, "technical error after retries: network, credentials, a third party"),
        (NotAllowed, "not allowed"),
        (Interrupted, "interrupted from the keyboard"),
    ];
}
