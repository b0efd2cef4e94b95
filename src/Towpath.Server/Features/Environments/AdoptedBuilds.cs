using System.Text.Json.Nodes;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Environments;

/// <summary>The build that stands for what a target runs: one that was reported with these bytes, else a new one.</summary>
public sealed class AdoptedBuilds(IStore store, Audits audits, TimeProvider time)
{
    private const int Depth = 500;

    public async Task<Answer<AdoptedBuild>> FindAsync(Caller caller, string application, string? version, Observation seen, CancellationToken cancellationToken)
    {
        var digest = Build.DigestOf(seen.Artifacts);
        if (version is null && (await store.Builds.ListAsync(application, Depth, cancellationToken)).FirstOrDefault(b => b.Digest == digest) is { } reported)
            return new AdoptedBuild(reported, IsNew: false);
        var label = Adoption.LabelOf(version, seen);
        if (await store.Builds.FindByVersionAsync(application, label, cancellationToken) is not { } known)
            return new AdoptedBuild(New(caller, application, label, digest, seen), IsNew: true);
        return known.Digest == digest ? new AdoptedBuild(known, IsNew: false) : Taken(known, digest);
    }

    /// <summary>That there is a new build is told as of any other.</summary>
    public IReadOnlyList<Change> Record(Caller caller, AdoptedBuild adopted) => !adopted.IsNew ? [] :
    [
        audits.Of(caller.User, "build.adopted", adopted.Build.Application, new JsonObject
        {
            ["build"] = adopted.Build.Id, ["version"] = adopted.Build.Version, ["digest"] = adopted.Build.Digest.Value,
            ["artifacts"] = new JsonArray([.. adopted.Build.Artifacts.Select(a => (JsonNode)$"{a.Name}: {a.Reference} {a.Digest}")]),
        }),
    ];

    private Build New(Caller caller, string application, string label, Digest digest, Observation seen) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
        Application = application,
        // A running target does not know what it was built from.
        Commit = "",
        Version = label,
        Artifacts = seen.Artifacts,
        Digest = digest,
        ReportedBy = $"adopted by {caller.User}",
        ReportedAt = time.GetUtcNow(),
    };

    private static Refusal Taken(Build known, Digest digest) => Refusal.Conflict(
        "version_taken", $"'{known.Application}' has a version {known.Version} already, with {known.Digest}, and what runs is {digest}. Give what runs another label with `version`.");
}

public sealed record AdoptedBuild(Build Build, bool IsNew);
