using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Gates;

namespace Towpath.Cli.Standalone;

/// <summary>One line of the file journal: everything that is known after one transition, so that the last whole line is enough.</summary>
internal sealed record JournalLine
{
    public int Format { get; init; } = 1;
    public required DateTimeOffset At { get; init; }
    public required string Event { get; init; }
    public required Deployment Deployment { get; init; }

    /// <summary>When the current step wants to be looked at again.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }

    /// <summary>What stands on the environment, as far as this journal knows.</summary>
    public RunningVersion? Running { get; init; }

    /// <summary>What last succeeded there, and its artifacts: where a rollback goes.</summary>
    public RunningVersion? KnownGood { get; init; }
    public IReadOnlyList<Artifact> KnownGoodArtifacts { get; init; } = [];

    /// <summary>When which digest last succeeded here: what `after` of later environments asks.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Successes { get; init; } = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SnakeCase<Phase>), typeof(SnakeCase<Origin>), typeof(SnakeCase<Stage>), typeof(SnakeCase<StepStatus>), typeof(SnakeCase<GateState>), typeof(SnakeCase<ArtifactKind>)])]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;
