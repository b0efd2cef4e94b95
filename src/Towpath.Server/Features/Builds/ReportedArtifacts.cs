using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Server.Api;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Builds;

/// <summary>Finds the bytes of a reported build at the place that the app spec names, and compares them with what was told.</summary>
public sealed class ReportedArtifacts(IEnumerable<IArtifactSource> sources, OperatorLimits limits)
{
    public async Task<Answer<IReadOnlyList<Artifact>>> DescribeAsync(ApplicationSpec spec, ReportBuild request, string version, CancellationToken cancellationToken)
    {
        if (RefuseNames(spec, request.Artifacts ?? []) is { } refusal) return refusal;
        var artifacts = new List<Artifact>();
        foreach (var artifact in spec.Artifacts)
        {
            var described = await DescribeAsync(spec, artifact, request, version, cancellationToken);
            if (described.Value is not { } found) return described.Refusal!;
            artifacts.Add(found);
        }

        return new Answer<IReadOnlyList<Artifact>>(artifacts, null);
    }

    private static Refusal? RefuseNames(ApplicationSpec spec, IReadOnlyList<ReportedArtifact> reported)
    {
        var unknown = reported.FirstOrDefault(r => spec.Artifacts.All(a => !string.Equals(a.Name, r.Name, StringComparison.Ordinal)));
        if (unknown is not null)
            return Refusal.Unprocessable("unknown_artifact", $"'{spec.Name}' has no artifact '{PlainLines.Of(unknown.Name)}'; it has {string.Join(", ", spec.Artifacts.Select(a => a.Name))}.");
        return reported.GroupBy(r => r.Name, StringComparer.Ordinal).Any(group => group.Count() > 1)
            ? Refusal.Unprocessable("repeated_artifact", "An artifact is named twice. Name each one once.")
            : null;
    }

    private async Task<Answer<Artifact>> DescribeAsync(ApplicationSpec spec, ArtifactSpec artifact, ReportBuild request, string version, CancellationToken cancellationToken)
    {
        var reported = request.Artifacts?.FirstOrDefault(r => string.Equals(r.Name, artifact.Name, StringComparison.Ordinal));
        if (artifact.Kind == ArtifactKind.Commit) return OfCommit(artifact, request, reported);
        if (reported is null) return Refusal.Unprocessable("missing_artifact", $"The report says nothing of the artifact '{artifact.Name}' of '{spec.Name}'. Send its reference.");
        if (Place(spec, artifact, request, version) is not { } place)
            return Refusal.Unprocessable("no_source", $"The source `{artifact.Source}` of '{artifact.Name}' cannot be filled in from this report.");
        if (!IsPlace(artifact, place, reported.Reference)) return Elsewhere(artifact, place, reported.Reference);
        return await LookAsync(spec, artifact, reported, place, version, cancellationToken);
    }

    /// <summary>A commit has no bytes of its own that anything could be looked up of.</summary>
    private static Answer<Artifact> OfCommit(ArtifactSpec artifact, ReportBuild request, ReportedArtifact? reported)
    {
        var commit = Artifact.OfCommit(artifact.Name, request.Commit);
        return reported?.Digest is { } told && !string.Equals(told, commit.Digest.Value, StringComparison.Ordinal) ? Mismatch(artifact, told, commit.Digest) : commit;
    }

    private async Task<Answer<Artifact>> LookAsync(ApplicationSpec spec, ArtifactSpec artifact, ReportedArtifact reported, string place, string version, CancellationToken cancellationToken)
    {
        var scheme = ArtifactScheme.Of(artifact.Kind, place);
        if (sources.FirstOrDefault(s => string.Equals(s.Scheme, scheme, StringComparison.Ordinal)) is not { } source)
            return Refusal.Unprocessable("no_source", $"Nothing here can read '{PlainLines.Of(place)}': no source for '{scheme}' is set up.");
        if (source.Check(place, limits.For(spec.Repository)) is { } sentence) return Refusal.Unprocessable("artifact_not_allowed", $"The artifact '{artifact.Name}' is not allowed: {sentence}.");
        // The spec's own spelling, not the report's: nothing that a caller wrote is opened.
        var reference = artifact.Kind == ArtifactKind.Container ? ImageOf(reported, place, version) : place;
        try
        {
            return Compare(artifact, reported, place, await source.DescribeAsync(reference, cancellationToken));
        }
        catch (IOException exception)
        {
            return new Refusal(RefusalKind.ThirdParty, "artifact_unavailable", $"The artifact '{artifact.Name}' could not be looked at. {PlainLines.Of(exception.Message)}. Report it again later.");
        }
    }

    private static Answer<Artifact> Compare(ArtifactSpec artifact, ReportedArtifact reported, string place, ArtifactLookup lookup) =>
        lookup switch
        {
            ArtifactLookup.Found found when reported.Digest is null || string.Equals(reported.Digest, found.Digest.Value, StringComparison.Ordinal)
                => new Artifact(artifact.Name, artifact.Kind, artifact.Kind == ArtifactKind.Container ? $"{place}@{found.Digest}" : place, found.Digest, found.Size),
            ArtifactLookup.Found found => Mismatch(artifact, reported.Digest!, found.Digest),
            ArtifactLookup.Missing missing => Refusal.Unprocessable("artifact_missing", missing.Reason),
            ArtifactLookup.Refused refused => Refusal.Unprocessable("artifact_not_allowed", refused.Reason),
            _ => throw new InvalidOperationException("an artifact is found, missing or refused"),
        };

    private static string? Place(ApplicationSpec spec, ArtifactSpec artifact, ReportBuild request, string version) =>
        Placeholders.Fill(artifact.Source, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["slug"] = spec.Name,
            ["sha"] = request.Commit,
            ["short_sha"] = CommitName.Short(request.Commit),
            ["version"] = version,
        });

    /// <summary>To the letter, so that there is no second spelling that a rule would have to foresee; only a path may be written absolute or relative.</summary>
    private bool IsPlace(ArtifactSpec artifact, string place, string reference) => artifact.Kind == ArtifactKind.Container
        ? string.Equals(ContainerReference.Split(reference).Repository, place, StringComparison.Ordinal)
        : string.Equals(Absolute(place), Absolute(reference), StringComparison.Ordinal);

    /// <summary>In the spec's repository: the digest or tag that the report names, else the digest it tells, else the version as the tag.</summary>
    private static string ImageOf(ReportedArtifact reported, string place, string version)
    {
        var image = ContainerReference.Split(reported.Reference) with { Repository = place };
        if (image is { Tag: null, Digest: null }) image = image with { Digest = reported.Digest };
        return image.OrTagged(version).ToString();
    }

    /// <summary>A path without a scheme lies in the first folder that the operator allows. Whether it may be read is for the source to say.</summary>
    private string Absolute(string reference)
    {
        const string file = "file://";
        var path = reference.StartsWith(file, StringComparison.Ordinal) ? Uri.UnescapeDataString(reference[file.Length..]) : reference;
        if (path.Length == 0 || path.Contains("://", StringComparison.Ordinal) || path.Contains('\0', StringComparison.Ordinal) || limits.Folders is not [var first, ..]) return reference;
        return Path.GetFullPath(Path.Combine(first, path));
    }

    private static Refusal Elsewhere(ArtifactSpec artifact, string place, string reference) => Refusal.Unprocessable(
        "artifact_elsewhere",
        $"The artifact '{artifact.Name}' must lie at '{PlainLines.Of(place)}', as the app spec says, and the report names '{PlainLines.Of(reference)}'. Put it there, or change `source`.");

    private static Refusal Mismatch(ArtifactSpec artifact, string told, Digest found) => Refusal.Unprocessable(
        "digest_mismatch", $"The artifact '{artifact.Name}' was reported as {PlainLines.Of(told)}, and the bytes at its source are {found}. Report what is there, or put the right bytes there.");
}
