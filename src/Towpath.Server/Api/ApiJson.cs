using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Core.Targets;

namespace Towpath.Server.Api;

/// <summary>The JSON of the API, for server and clients alike. Requests refuse unknown and repeated properties; clients pass over what they do not know.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = 32,
    RespectNullableAnnotations = true,
    Converters = [typeof(SnakeCase<Phase>), typeof(SnakeCase<Origin>), typeof(SnakeCase<Stage>), typeof(SnakeCase<StepStatus>), typeof(SnakeCase<GateState>), typeof(SnakeCase<Verdict>), typeof(SnakeCase<ArtifactKind>), typeof(SnakeCase<Health>), typeof(SnakeCase<TargetHealth>), typeof(SnakeCase<Engine.Storage.DeliveryState>)])]
[JsonSerializable(typeof(ReportBuild))]
[JsonSerializable(typeof(RequestPromotion))]
[JsonSerializable(typeof(RequestRollback))]
[JsonSerializable(typeof(Decide))]
[JsonSerializable(typeof(GiveReason))]
[JsonSerializable(typeof(LockEnvironment))]
[JsonSerializable(typeof(PinEnvironment))]
[JsonSerializable(typeof(AdoptEnvironment))]
[JsonSerializable(typeof(CreateToken))]
[JsonSerializable(typeof(MeView))]
[JsonSerializable(typeof(BoardView))]
[JsonSerializable(typeof(ApplicationList))]
[JsonSerializable(typeof(ApplicationView))]
[JsonSerializable(typeof(EnvironmentView))]
[JsonSerializable(typeof(ObservationView))]
[JsonSerializable(typeof(AdoptionView))]
[JsonSerializable(typeof(Build))]
[JsonSerializable(typeof(BuildList))]
[JsonSerializable(typeof(DeploymentList))]
[JsonSerializable(typeof(DeploymentView))]
[JsonSerializable(typeof(JournalView))]
[JsonSerializable(typeof(LogPage))]
[JsonSerializable(typeof(LogEnd))]
[JsonSerializable(typeof(Engine.Storage.LogLine))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(ConfigurationView))]
[JsonSerializable(typeof(SetAsideList))]
[JsonSerializable(typeof(WatchList))]
[JsonSerializable(typeof(DeliveryList))]
[JsonSerializable(typeof(DeliveryView))]
[JsonSerializable(typeof(DeliveryDetail))]
[JsonSerializable(typeof(GitHubAppView))]
[JsonSerializable(typeof(GitHubEnvironmentsView))]
[JsonSerializable(typeof(ChangedEvent))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;
