using System.Text.Json.Serialization;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Facts;
using Towpath.Core.Gates;
using Towpath.Core.Previews;
using Towpath.Core.Releases;

namespace Towpath.Core;

/// <summary>The one JSON form of the core's records: in the store, in the file journal, in the API. Names are snake_case, enumerations words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SnakeCase<Phase>), typeof(SnakeCase<Origin>), typeof(SnakeCase<Stage>), typeof(SnakeCase<StepStatus>), typeof(SnakeCase<GateState>), typeof(SnakeCase<Verdict>), typeof(SnakeCase<ArtifactKind>), typeof(SnakeCase<PullCommandState>), typeof(SnakeCase<PreviewState>)])]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(Build))]
[JsonSerializable(typeof(Approval))]
[JsonSerializable(typeof(GateResult))]
[JsonSerializable(typeof(Plan))]
[JsonSerializable(typeof(EnvironmentState))]
[JsonSerializable(typeof(RunningVersion))]
[JsonSerializable(typeof(EnvironmentLock))]
[JsonSerializable(typeof(EnvironmentPin))]
[JsonSerializable(typeof(Suspension))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(SealedAuditEntry))]
[JsonSerializable(typeof(ChainHead))]
[JsonSerializable(typeof(IReadOnlyList<Artifact>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(PullFact))]
[JsonSerializable(typeof(PullCommand))]
[JsonSerializable(typeof(PreviewRecord))]
[JsonSerializable(typeof(ReleaseRecord))]
[JsonSerializable(typeof(DeploymentEvent.Requested))]
[JsonSerializable(typeof(DeploymentEvent.GatesEvaluated))]
[JsonSerializable(typeof(DeploymentEvent.Started))]
[JsonSerializable(typeof(DeploymentEvent.StartRefused))]
[JsonSerializable(typeof(DeploymentEvent.StepStarted))]
[JsonSerializable(typeof(DeploymentEvent.UndoRecorded))]
[JsonSerializable(typeof(DeploymentEvent.StepDone))]
[JsonSerializable(typeof(DeploymentEvent.StepWaiting))]
[JsonSerializable(typeof(DeploymentEvent.StepFailed))]
[JsonSerializable(typeof(DeploymentEvent.StepSuperseded))]
[JsonSerializable(typeof(DeploymentEvent.StepErrored))]
[JsonSerializable(typeof(DeploymentEvent.CancelRequested))]
[JsonSerializable(typeof(DeploymentEvent.Stopped))]
[JsonSerializable(typeof(DeploymentEvent.Rejected))]
[JsonSerializable(typeof(DeploymentEvent.HandsJoined))]
[JsonSerializable(typeof(DeploymentEvent.SupersededBy))]
[JsonSerializable(typeof(DeploymentEvent.AttentionNeeded))]
[JsonSerializable(typeof(DeploymentEvent.Retried))]
[JsonSerializable(typeof(DeploymentEvent.Adopted))]
public sealed partial class CoreJson : JsonSerializerContext;

/// <summary>Writes enumeration members as <c>rolled_back</c>.</summary>
public sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
