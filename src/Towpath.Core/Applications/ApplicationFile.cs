using Towpath.Core.Applications.Checks;
using Towpath.Core.Applications.Yaml;
using Towpath.Core.Artifacts;
using Towpath.Core.Previews;

namespace Towpath.Core.Applications;

/// <summary>One app spec as read, with the defaults merged in; not yet known to be right.</summary>
/// <param name="Slug">The file name without <c>.yaml</c>.</param>
/// <param name="Path">The file.</param>
/// <param name="Root">Its content.</param>
internal sealed record ApplicationFile(string Slug, string Path, SpecNode.Mapping Root)
{
    public IReadOnlyList<SpecNode.Entry> Environments => Root["environments"]?.EntriesOrNone ?? [];

    /// <summary>The targets of <c>previews</c> by name; the one without a name first.</summary>
    public IEnumerable<SpecNode.Entry> PreviewTargets
    {
        get
        {
            if (Root["previews"] is not SpecNode.Mapping previews) yield break;
            if (previews.Find("target") is { } bare) yield return bare with { Key = "" };
            foreach (var target in previews["targets"]?.EntriesOrNone ?? []) yield return target;
        }
    }

    /// <summary>The environments that a pull request of this number would have.</summary>
    public IEnumerable<SpecNode.Entry> PreviewsOf(long pull) => PreviewTargets.Select(target => new SpecNode.Entry(
        target.At, new PreviewSlot(pull, target.Key).ToString(),
        new SpecNode.Mapping(target.At, [new SpecNode.Entry(target.At, "target", PreviewNodes.Fill(target.Value, pull))])));

    /// <summary>The artifacts of a known kind, and where they lie.</summary>
    public IEnumerable<SourceNode> Sources
    {
        get
        {
            var artifacts = (Root["artifacts"]?.EntriesOrNone ?? []).Select(entry => entry.Value);
            foreach (var artifact in Root["artifact"] is { } one ? artifacts.Prepend(one) : artifacts)
                if (KindOf(artifact.Find("kind")) is { } kind && artifact.Find("source") is SpecNode.Scalar { IsNothing: false } source)
                    yield return new SourceNode(kind, source);
        }
    }

    public EnvironmentKey KeyOf(SpecNode.Entry environment) => new(Slug, environment.Key);

    private static ArtifactKind? KindOf(SpecNode? kind) => (kind as SpecNode.Scalar)?.Value switch
    {
        "container" => ArtifactKind.Container,
        "static-site" => ArtifactKind.StaticSite,
        "function" => ArtifactKind.Function,
        _ => null,
    };
}

/// <param name="Kind">What lies there.</param>
/// <param name="Text">Where, as the spec has it.</param>
internal sealed record SourceNode(ArtifactKind Kind, SpecNode.Scalar Text);
