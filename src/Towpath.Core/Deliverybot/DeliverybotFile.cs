using System.Text.Json.Nodes;
using Towpath.Core.Applications;

namespace Towpath.Core.Deliverybot;

/// <summary>A <c>.github/deploy.yml</c> as Deliverybot understood it, and what Towpath is stricter about.</summary>
/// <param name="Targets">In the order of the file.</param>
/// <param name="Notes">From top to bottom.</param>
public sealed record DeliverybotFile(IReadOnlyList<DeliverybotTarget> Targets, IReadOnlyList<DeliverybotNote> Notes);

/// <summary>One target: when it is deployed, and what the GitHub Deployment says. Texts may hold <c>${{ }}</c>, see <see cref="DeploymentVariables"/>.</summary>
public sealed record DeliverybotTarget
{
    public required string Name { get; init; }

    /// <summary>A full ref, a ref with a trailing <c>*</c>, or <c>pr</c>; null where people deploy it.</summary>
    public string? AutoDeployOn { get; init; }

    /// <summary>GitHub's environment.</summary>
    public string Environment { get; init; } = "production";

    public bool IsProduction { get; init; }

    /// <summary>It will be gone at some time; closing its pull request makes its deployments inactive.</summary>
    public bool IsTransient { get; init; }

    /// <summary>The checks that are asked for; null where none is asked about at all.</summary>
    public RequiredChecks? RequiredChecks { get; init; }

    public bool AutoMerge { get; init; }

    public string Task { get; init; } = "deploy";

    public string? Description { get; init; }

    /// <summary>Without the name of the target, which the deployment adds.</summary>
    public JsonObject Payload { get; init; } = [];

    /// <summary>It belongs to a pull request: deployed for each, or named after it.</summary>
    public bool IsOfPullRequests => AutoDeployOn is "pr" || DeploymentVariables.NamesIn(Environment).Any(name => DeploymentVariables.Canonical(name) is "pr");
}

/// <summary>Where Towpath reads a file as it is and yet does something else than Deliverybot did, or what is easily overlooked.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Code">Stable, for documentation and <c>--json</c>.</param>
/// <param name="Message">What was found, what becomes of it and what to write to have it otherwise.</param>
public sealed record DeliverybotNote(int Line, string Code, string Message);

/// <summary>What became of reading one. As in an app spec, one error means that nothing of the file is taken up.</summary>
public sealed record DeliverybotResult(DeliverybotFile? File, IReadOnlyList<SpecError> Errors);
