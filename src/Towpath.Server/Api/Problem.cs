using Towpath.Core.Applications;
using Towpath.Core.Gates;

namespace Towpath.Server.Api;

/// <summary>Problem details (RFC 9457): what happened, to what, what was found, what to do next.</summary>
public sealed record Problem
{
    public const string ContentType = "application/problem+json";

    public string Type { get; init; } = "about:blank";
    public required string Title { get; init; }
    public required int Status { get; init; }
    public string? Detail { get; init; }

    /// <summary>Stable and documented, such as <c>version_taken</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Where gates are involved: what they found.</summary>
    public GateResult? Gates { get; init; }

    /// <summary>Where specs are involved: every error.</summary>
    public IReadOnlyList<SpecError>? Errors { get; init; }
}
