namespace Towpath.GitHubEmulator;

/// <summary>What an emulator is started with.</summary>
public sealed record EmulatorOptions
{
    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>Whether GitHub's documented primary and secondary limits are enforced.</summary>
    public bool DocumentedLimits { get; init; }

    /// <summary>Added to every call before it is handled.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>What addresses in answers begin with; <c>/api/v3</c> is a GitHub Enterprise Server. Both forms are always answered.</summary>
    public string ApiPrefix { get; init; } = "";

    /// <summary>GitHub's OpenAPI description: every call and its answer are checked against it where it is given.</summary>
    public string? Description { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
