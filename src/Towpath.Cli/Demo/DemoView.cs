using System.Text.Json.Serialization;
using Towpath.Core.Artifacts;

namespace Towpath.Cli.Demo;

/// <summary>What <c>towpath demo --json</c> prints.</summary>
internal sealed record DemoView
{
    /// <summary>Everything came out as told.</summary>
    public required bool Ok { get; init; }

    /// <summary>The third version failed in production, and the second runs there again.</summary>
    public required bool RolledBack { get; init; }
    public required IReadOnlyDictionary<string, DemoEnvironment> Environments { get; init; }
    public required IReadOnlyList<DemoVersion> Builds { get; init; }

    /// <summary>Every statement of the story with what was found.</summary>
    public required IReadOnlyList<DemoCheck> Checks { get; init; }

    /// <summary>What kept the story from going on.</summary>
    public string? Error { get; init; }
    public required double Seconds { get; init; }

    /// <summary>With <c>--keep</c>: the folder, and how to go on.</summary>
    public string? Kept { get; init; }
    public string? GoOn { get; init; }

    /// <summary>How to see the dashboard then.</summary>
    public string? LogIn { get; init; }
}

/// <param name="Version">The label of what runs.</param>
/// <param name="Digest">What runs, as the control plane has it.</param>
/// <param name="Serves">What an HTTP request found there.</param>
/// <param name="Url">Where it was served.</param>
internal sealed record DemoEnvironment(string? Version, Digest? Digest, string Serves, string Url);

internal sealed record DemoVersion(string Version, string Commit, string Message, Digest Digest);

internal sealed record DemoCheck(string What, bool Ok, string Found);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DemoView))]
internal sealed partial class DemoJson : JsonSerializerContext;
