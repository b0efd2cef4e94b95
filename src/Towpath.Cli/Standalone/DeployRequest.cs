using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;

namespace Towpath.Cli.Standalone;

/// <summary>What <c>towpath deploy</c> is to do, with the specs read and the environment found.</summary>
internal sealed record DeployRequest
{
    public required Configuration Configuration { get; init; }
    public required ApplicationSpec Application { get; init; }
    public required EnvironmentSpec Environment { get; init; }
    public required OperatorSettings Settings { get; init; }
    public required string Version { get; init; }
    public string? Commit { get; init; }

    /// <summary>Where the bytes are, by artifact name; absent ones come from the spec's <c>source</c>.</summary>
    public required IReadOnlyDictionary<string, string> Artifacts { get; init; }

    /// <summary>Digests that were asked for, by artifact name.</summary>
    public required IReadOnlyDictionary<string, Digest> Digests { get; init; }

    /// <summary>Why closed gates are passed over; null where they are not.</summary>
    public string? BreakGlass { get; init; }
    public required string Journal { get; init; }

    /// <summary>The source of an artifact with its names filled in; null where one is not known.</summary>
    /// <param name="source">As the spec has it.</param>
    /// <param name="commit">The commit, or its beginning.</param>
    /// <param name="rest">What stands for the rest of the whole commit.</param>
    public string? Fill(string source, string? commit, string rest = "") => Placeholders.Fill(source, new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["slug"] = Application.Name,
        ["version"] = Version,
        ["tag"] = Version,
        ["sha"] = commit is null ? null : commit + rest,
        ["short_sha"] = commit is null ? null : CommitName.Short(commit),
    });

    public EnvironmentKey Key => new(Application.Name, Environment.Name);
}
