using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Facts;
using Towpath.Core.Watches;
using Towpath.Engine.Storage;
using Towpath.Server.Features.Audit;

namespace Towpath.Server.Features.GitHub.Watches;

/// <summary>The build of a pushed commit: where the commit is all there is, the push makes it; else CI has reported it, or has not yet.</summary>
internal sealed class PushedBuilds(IStore store, Audits audits, TimeProvider time)
{
    /// <param name="application">Whose.</param>
    /// <param name="stand">Where the ref stands.</param>
    /// <param name="isAgain">Something changed while this was decided last: look more closely.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    public async Task<PushedBuild> FindAsync(ApplicationSpec application, RefFact stand, bool isAgain, CancellationToken cancellationToken)
    {
        var sha = stand.Sha!;
        var all = await store.Builds.OfCommitAsync(application.Name, sha, cancellationToken);
        // What was made for a pull request goes to its previews only.
        Build[] known = [.. all.Where(build => build.Pull is null && IsOf(application, stand, build))];
        if (!WatchRules.IsItsCommit(application)) return known is [var reported, ..] ? new PushedBuild(reported, known) : new PushedBuild(null, known);
        var now = time.GetUtcNow();
        var (branch, tag) = (WatchRules.BranchOf(stand.Ref), WatchRules.TagOf(stand.Ref));
        // The instant of the push, so that a pattern with a time in it gives the same label again.
        if (VersionLabel.From(application.VersionPatterns, new LabelSource(application.Name, sha, branch, tag, null, stand.At)) is not { } label)
            return new PushedBuild(null, known) { Problem = $"none of the patterns of 'version' can be filled in from a push: {string.Join(", ", application.VersionPatterns)}" };
        if (all.Any(build => build.Pull is not null && string.Equals(build.Version, label, StringComparison.Ordinal))) label += "-push";
        if (known.FirstOrDefault(build => string.Equals(build.Version, label, StringComparison.Ordinal)) is { } same) return new PushedBuild(same, known);
        if (isAgain && await store.Builds.FindByVersionAsync(application.Name, label, cancellationToken) is { } other)
            return new PushedBuild(null, known) { Problem = $"the version {label} is taken by {other.ShortCommit}, and a version always means the same commit" };
        return new PushedBuild(Build(application, stand, label, now), known) { IsNew = true };
    }

    /// <summary>A tag of a release is deployed as the version that publishing the release makes of the build, not under the label of the build itself.</summary>
    private static bool IsOf(ApplicationSpec application, RefFact stand, Build build) =>
        WatchRules.TagOf(stand.Ref) is not { } tag || application.Releases?.VersionOf(tag) is null || string.Equals(build.Version, tag, StringComparison.Ordinal);

    public IReadOnlyList<Change> Record(Build build)
    {
        var details = new JsonObject
        {
            ["build"] = build.Id, ["version"] = build.Version, ["digest"] = build.Digest.Value, ["commit"] = build.Commit, ["branch"] = build.Branch, ["tag"] = build.Tag, ["author"] = build.Author,
        };
        return [new Change.RecordBuild(build), audits.Of(build.ReportedBy, "build.pushed", build.Application, details)];
    }

    private static Build Build(ApplicationSpec application, RefFact stand, string label, DateTimeOffset now)
    {
        Artifact[] artifacts = [.. application.Artifacts.Select(artifact => new Artifact(artifact.Name, artifact.Kind, stand.Sha!, Digest.Of(stand.Sha!)))];
        return new Build
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Application = application.Name,
            Commit = stand.Sha!,
            Branch = WatchRules.BranchOf(stand.Ref),
            Tag = WatchRules.TagOf(stand.Ref),
            Version = label,
            Artifacts = artifacts,
            Digest = Core.Artifacts.Build.DigestOf(artifacts),
            Author = stand.Author ?? stand.PushedBy ?? Core.Artifacts.Build.Nobody,
            ReportedBy = stand.PushedBy ?? Core.Artifacts.Build.Nobody,
            ReportedAt = now,
        };
    }
}

/// <param name="Build">What a push asks for; null where it is not there.</param>
/// <param name="Known">All builds of the commit that were saved before.</param>
internal sealed record PushedBuild(Build? Build, IReadOnlyList<Build> Known)
{
    /// <summary>To be saved.</summary>
    public bool IsNew { get; init; }

    /// <summary>Why there will be none.</summary>
    public string? Problem { get; init; }
}
