using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Core.Gates;

namespace Towpath.Cli.Output;

/// <summary>The JSON of what only the command line prints. What the API answers is printed as the API has it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SnakeCase<GateState>), typeof(SnakeCase<Phase>), typeof(SnakeCase<Stage>)])]
[JsonSerializable(typeof(FailureView))]
[JsonSerializable(typeof(ValidationView))]
[JsonSerializable(typeof(DeployView))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(AuditLines))]
[JsonSerializable(typeof(AuditFile))]
[JsonSerializable(typeof(AuditVerification))]
[JsonSerializable(typeof(UpView))]
[JsonSerializable(typeof(LoginUrlView))]
internal sealed partial class CliJson : JsonSerializerContext;

/// <summary>What <c>--json</c> prints when a command fails.</summary>
internal sealed record FailureView(FailureBody Error);

internal sealed record FailureBody(string Code, string Message, string? WhatToDo, int ExitCode, IReadOnlyList<SpecError>? Errors, GateResult? Gates);

/// <param name="Ok">Whether there is no error.</param>
/// <param name="Applications">Slugs of the specs that were read.</param>
/// <param name="Errors">Every error of every file.</param>
/// <param name="Expanded">With <c>--expanded</c>: the merged specs as YAML by slug.</param>
internal sealed record ValidationView(bool Ok, IReadOnlyList<string> Applications, IReadOnlyList<SpecError> Errors, IReadOnlyDictionary<string, string>? Expanded);

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

internal sealed record PlanView(
    string Application, string Environment, string Version, IReadOnlyList<ArtifactLine> Artifacts, string? KnownGood, IReadOnlyList<PlanLine> Steps, IReadOnlyList<PlanLine> Rollback);

internal sealed record ArtifactLine(string Name, string Reference, Digest Digest);

internal sealed record PlanLine(string Name, string Kind, Stage Stage, bool Switches, JsonObject Inputs);

/// <summary>The exported lines as they are, so that they verify.</summary>
internal sealed record AuditLines(IReadOnlyList<string> Lines);

internal sealed record AuditFile(string File, int Lines);

/// <summary>What <c>up --json</c> prints once it listens.</summary>
internal sealed record UpView(IReadOnlyList<string> Urls, string? LoginUrl, string? TokenFile, IReadOnlyList<SpecError> Problems);

internal sealed record LoginUrlView(string Url);
