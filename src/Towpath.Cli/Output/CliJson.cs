using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Towpath.Aws.Bootstrap;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Deliverybot;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;
using Towpath.Core.Targets;
using Towpath.Server.Api;

namespace Towpath.Cli.Output;

/// <summary>The JSON of what only the command line prints. What the API answers is printed as the API has it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SnakeCase<GateState>), typeof(SnakeCase<Phase>), typeof(SnakeCase<Stage>), typeof(SnakeCase<EstateVerb>), typeof(SnakeCase<FindingState>), typeof(SnakeCase<TargetHealth>), typeof(SnakeCase<ArtifactKind>)])]
[JsonSerializable(typeof(FailureView))]
[JsonSerializable(typeof(ValidationView))]
[JsonSerializable(typeof(DeployView))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(InspectionView))]
[JsonSerializable(typeof(ObservationsView))]
[JsonSerializable(typeof(AdoptedView))]
[JsonSerializable(typeof(AuditLines))]
[JsonSerializable(typeof(AuditFile))]
[JsonSerializable(typeof(AuditVerification))]
[JsonSerializable(typeof(UpView))]
[JsonSerializable(typeof(LoginUrlView))]
[JsonSerializable(typeof(BootstrapView))]
[JsonSerializable(typeof(TaggedView))]
[JsonSerializable(typeof(MatchedEnvironments))]
internal sealed partial class CliJson : JsonSerializerContext;

/// <summary>What <c>--json</c> prints when a command fails.</summary>
internal sealed record FailureView(FailureBody Error);

internal sealed record FailureBody(string Code, string Message, string? WhatToDo, int ExitCode, IReadOnlyList<SpecError>? Errors, GateResult? Gates);

/// <param name="Ok">Whether there is no error.</param>
/// <param name="Applications">Slugs of the specs that were read.</param>
/// <param name="Errors">Every error of every file.</param>
/// <param name="Expanded">With <c>--expanded</c>: the merged specs as YAML by slug.</param>
internal sealed record ValidationView(bool Ok, IReadOnlyList<string> Applications, IReadOnlyList<SpecError> Errors, IReadOnlyDictionary<string, string>? Expanded)
{
    /// <summary>Deliverybot files that are valid; null where none was asked about.</summary>
    public IReadOnlyList<DeliverybotFileView>? Deliverybot { get; init; }
}

/// <param name="File">The path as it was given.</param>
/// <param name="Environments">What the targets become.</param>
/// <param name="Notes">What the file means otherwise here than with Deliverybot.</param>
internal sealed record DeliverybotFileView(string File, IReadOnlyList<DeliverybotEnvironmentView> Environments, IReadOnlyList<DeliverybotNote> Notes);

/// <param name="Name">The environment's, or the preview's within its pull request.</param>
/// <param name="Target">The target's name in the file.</param>
/// <param name="Preview">Whether each pull request has one of its own.</param>
/// <param name="AutoDeploy">What is deployed by itself, in words.</param>
/// <param name="RequiredChecks">Which checks are waited for, in words.</param>
/// <param name="GitHubEnvironment">GitHub's environment, with placeholders as they are written.</param>
internal sealed record DeliverybotEnvironmentView(
    string Name, string Target, bool Preview, string AutoDeploy, string RequiredChecks, [property: JsonPropertyName("github_environment")] string GitHubEnvironment);

/// <summary>What became of a deployment without a control plane.</summary>
internal sealed record DeployView
{
    public required string Deployment { get; init; }
    public required string Application { get; init; }
    public required string Environment { get; init; }
    public required string Version { get; init; }
    public required Digest Digest { get; init; }
    public required Phase Phase { get; init; }

    /// <summary>Why it failed or was rolled back.</summary>
    public string? Outcome { get; init; }

    /// <summary>What runs again after a rollback.</summary>
    public string? RolledBackTo { get; init; }

    /// <summary>With <c>--break-glass</c>: why.</summary>
    public string? BreakGlass { get; init; }

    /// <summary>The interrupted deployment that was brought to its end first.</summary>
    public DeployView? Resumed { get; init; }
    public required string Journal { get; init; }
}

/// <summary>What a deployment would do; without differences where the target's kind does not tell any.</summary>
internal sealed record PlanView(
    string Application, string Environment, string Version, IReadOnlyList<ArtifactLine> Artifacts, string? KnownGood,
    IReadOnlyList<Difference>? Differences, IReadOnlyList<PlanLine> Steps, IReadOnlyList<PlanLine> Rollback);

internal sealed record ArtifactLine(string Name, string Reference, Digest Digest);

internal sealed record PlanLine(string Name, string Kind, Stage Stage, bool Switches, JsonObject Inputs);

/// <param name="Ok">Whether nothing is wrong and everything could be looked at.</param>
/// <param name="Environments">One for each that was asked for.</param>
internal sealed record InspectionView(bool Ok, IReadOnlyList<InspectedEnvironment> Environments);

/// <summary>What was found, or why nothing could be.</summary>
internal sealed record InspectedEnvironment(string Application, string Environment, string Target, Finding? Finding, FailureBody? Error);

internal sealed record ObservationsView(IReadOnlyList<ObservedEnvironment> Environments);

/// <summary>What runs on a target now, as the target says, or why nothing could be found out.</summary>
internal sealed record ObservedEnvironment
{
    public required string Application { get; init; }
    public required string Environment { get; init; }
    public required string Target { get; init; }
    public TargetHealth Health { get; init; } = TargetHealth.Unknown;
    public string? Summary { get; init; }
    public string? Version { get; init; }
    public DateTimeOffset? Since { get; init; }

    /// <summary>Stands for all artifacts; absent where nothing runs, or the target cannot tell.</summary>
    public Digest? Digest { get; init; }
    public IReadOnlyList<Artifact> Artifacts { get; init; } = [];
    public FailureBody? Error { get; init; }
}

/// <summary>What was taken over as the known good state of an environment.</summary>
internal sealed record AdoptedView
{
    public AdoptedView()
    {
    }

    [SetsRequiredMembers]
    public AdoptedView(AdoptionView adopted, string? journal) =>
        (Application, Environment, Version, Digest, Since, Seen, Already, Deployment, Journal)
        = (adopted.Application, adopted.Environment, adopted.Version, adopted.Digest, adopted.Since, adopted.Seen, adopted.Already, adopted.Deployment, journal);

    public required string Application { get; init; }
    public required string Environment { get; init; }
    public required string Version { get; init; }
    public required Digest Digest { get; init; }
    public required DateTimeOffset Since { get; init; }

    /// <summary>What the target said.</summary>
    public required string Seen { get; init; }

    /// <summary>It was the known good state before; nothing was changed.</summary>
    public required bool Already { get; init; }
    public required string Deployment { get; init; }

    /// <summary>Without a control plane: where it was written.</summary>
    public string? Journal { get; init; }
}

/// <summary>The exported lines as they are, so that they verify.</summary>
internal sealed record AuditLines(IReadOnlyList<string> Lines);

internal sealed record AuditFile(string File, int Lines);

/// <summary>What <c>up --json</c> prints once it listens.</summary>
internal sealed record UpView(IReadOnlyList<string> Urls, string? LoginUrl, string? TokenFile, IReadOnlyList<SpecError> Problems);

/// <param name="Image">The repository in full.</param>
/// <param name="Digest">The image.</param>
/// <param name="Tag">What it is called, too.</param>
/// <param name="Already">The tag named it before; nothing was written.</param>
internal sealed record TaggedView(string Image, Digest Digest, string Tag, bool Already);

/// <summary>GitHub's environments of several applications, held against their specs.</summary>
internal sealed record MatchedEnvironments(IReadOnlyList<GitHubEnvironmentsView> Applications);

internal sealed record LoginUrlView(string Url);
