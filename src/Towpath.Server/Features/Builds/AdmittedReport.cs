using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Engine.Storage;
using Towpath.Server.Api;

namespace Towpath.Server.Features.Builds;

/// <summary>A report by somebody who may make it.</summary>
/// <param name="Application">What it is about.</param>
/// <param name="Request">What it says; of a workflow run, with what its token says.</param>
internal sealed record AdmittedReport(ApplicationSpec Application, ReportBuild Request)
{
    public BuildRun? Run { get; init; }

    /// <summary>The pull request that it was built for.</summary>
    public long? Pull { get; init; }

    /// <summary>Who else had a hand in it.</summary>
    public IReadOnlyList<string>? Hands { get; init; }

    /// <summary>What the token is used for by it; null for tokens of ours.</summary>
    public TokenUse? Use { get; init; }

    /// <summary>Builds of pull requests have labels of their own, so that they take none from those of the branches.</summary>
    public string Labelled(string label) => Pull is { } pull ? $"pr-{pull}-{label}" : label;
}
