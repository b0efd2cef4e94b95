using Towpath.Cli.Client;
using Towpath.Cli.Output;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;

namespace Towpath.Cli.Standalone;

/// <summary>Finds the artifacts of a version and names them by digest.</summary>
internal sealed class ArtifactResolution(IEnumerable<IArtifactSource> sources)
{
    public async Task<Answer<IReadOnlyList<Artifact>>> ResolveAsync(DeployRequest request, CancellationToken cancellationToken)
    {
        var artifacts = new List<Artifact>();
        foreach (var spec in request.Application.Artifacts)
        {
            var (artifact, failure) = await ResolveAsync(request, spec, cancellationToken);
            if (artifact is null) return new Answer<IReadOnlyList<Artifact>>(null, failure);
            artifacts.Add(artifact);
        }

        return new Answer<IReadOnlyList<Artifact>>(artifacts, null);
    }

    private async Task<(Artifact? Artifact, Failure? Failure)> ResolveAsync(DeployRequest request, ArtifactSpec spec, CancellationToken cancellationToken)
    {
        if (spec.Kind == ArtifactKind.Commit) return OfCommit(request, spec);
        if (ReferenceOf(request, spec) is not { } reference)
            return (null, Wrong("no_artifact", $"the source '{spec.Source}' cannot be filled in from what was given", "give --commit, or name the artifact with --artifact"));
        var scheme = ArtifactScheme.Of(spec.Kind, reference);
        if (sources.FirstOrDefault(s => string.Equals(s.Scheme, scheme, StringComparison.Ordinal)) is not { } source)
            return (null, Wrong("no_source", $"nothing here reads '{scheme}' artifacts ({reference})", $"this build reads {string.Join(", ", sources.Select(s => s.Scheme))}"));
        return await source.DescribeAsync(reference, cancellationToken) switch
        {
            ArtifactLookup.Found found when request.Digests.TryGetValue(spec.Name, out var wanted) && wanted != found.Digest =>
                (null, new Failure(ExitCodes.Failed, "digest_mismatch", $"{reference} is {found.Digest}, and {wanted} was asked for", "the bytes changed since: build again, or ask for what is there")),
            ArtifactLookup.Found found => (new Artifact(spec.Name, spec.Kind, Pinned(spec.Kind, reference, found.Digest), found.Digest, found.Size), null),
            ArtifactLookup.Missing missing => (null, Wrong("artifact_missing", missing.Reason, null)),
            ArtifactLookup.Refused refused => (null, new Failure(ExitCodes.NotAllowed, "artifact_refused", refused.Reason)),
            var other => throw new InvalidOperationException($"an artifact source answered {other.GetType().Name}"),
        };
    }

    private static (Artifact?, Failure?) OfCommit(DeployRequest request, ArtifactSpec spec) => request.Commit is { } commit
        ? (Artifact.OfCommit(spec.Name, commit), null)
        : (null, Wrong("no_commit", $"{request.Application.Name} has no bytes of its own: its commit is what is deployed", "give --commit"));

    private static string? ReferenceOf(DeployRequest request, ArtifactSpec spec)
    {
        var place = PlaceOf(request, spec);
        if (place is null || spec.Kind != ArtifactKind.Container) return place;
        var image = ContainerReference.Split(place);
        if (image is { Tag: null, Digest: null } && request.Digests.TryGetValue(spec.Name, out var wanted)) image = image with { Digest = wanted.Value };
        return image.OrTagged(request.Version).ToString();
    }

    private static string Pinned(ArtifactKind kind, string reference, Digest digest) =>
        kind == ArtifactKind.Container ? ContainerReference.Split(reference).At(digest).ToString() : reference;

    private static string? PlaceOf(DeployRequest request, ArtifactSpec spec) =>
        request.Artifacts.TryGetValue(spec.Name, out var given) ? given : request.Fill(spec.Source, request.Commit);

    private static Failure Wrong(string code, string message, string? whatToDo) => new(ExitCodes.Wrong, code, message, whatToDo);
}
