using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Builds;

/// <summary>
/// CI tells of a build. What it says is checked at the source: the bytes must lie where the app spec says, and the digest is computed here.
/// The same report again is the same build; another digest under a taken label is refused.
/// </summary>
public sealed class ReportBuilds(Lookups lookups, ReportedArtifacts artifacts, IStore store, Audits audits, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/builds", async (ReportBuild request, HttpContext http, ReportBuilds use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), request, cancellationToken)).ToHttp(build => $"/api/v1/applications/{build.Application}/builds"))
        .WithName("reportBuild").WithSummary("Tell of a build that CI made.")
        .WithDescription("201 for a new build, 200 for the same one again, 409 `version_taken` for other bytes under a known version, 422 `digest_mismatch` when the source holds other bytes than told.")
        .WithTags("builds").Produces<Build>(StatusCodes.Status201Created).Produces<Build>().Needs(Permission.ReportBuild);

    public async Task<Answer<Build>> HandleAsync(Caller caller, ReportBuild request, CancellationToken cancellationToken)
    {
        var found = await lookups.ApplicationAsync(caller, Permission.ReportBuild, request.Application, cancellationToken);
        if (found.Value is not { } spec) return found.Refusal!;
        if (RefuseTexts(request) is { } wrong) return wrong;
        var now = time.GetUtcNow();
        var label = request.Version ?? VersionLabel.From(
            spec.VersionPatterns, new LabelSource(spec.Name, request.Commit, request.Branch, request.Tag, RunNumber(request), now));
        if (label is null) return NoLabel(spec);
        if (Texts.RefuseVersion(label) is { } bad) return bad;
        var described = await artifacts.DescribeAsync(spec, request, label, cancellationToken);
        return described.Value is { } bytes ? await RecordAsync(Build(caller, request, label, bytes, now), spec, cancellationToken) : described.Refusal!;
    }

    private async Task<Answer<Build>> RecordAsync(Build build, ApplicationSpec spec, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.Builds.FindByVersionAsync(build.Application, build.Version, cancellationToken) is { } known) return Known(known, build);
            var outcome = await store.CommitAsync(new Commit { Changes = Changes(build, spec) }, cancellationToken);
            if (outcome is CommitOutcome.Committed) return Answer.New(build);
        }
    }

    private static Answer<Build> Known(Build known, Build reported)
    {
        if (known.Digest == reported.Digest && string.Equals(known.Commit, reported.Commit, StringComparison.Ordinal)) return known;
        return Refusal.Conflict(
            "version_taken",
            $"'{known.Application}' has a version {known.Version} already, of commit {known.ShortCommit} with {known.Digest}; this one is of commit {reported.ShortCommit} "
            + $"with {reported.Digest}. A version always means the same bytes: report this build under another version.");
    }

    /// <summary>Automatic promotions are work of their own, saved with the build: a death right after this loses none.</summary>
    private List<Change> Changes(Build build, ApplicationSpec spec)
    {
        var details = new JsonObject
        {
            ["build"] = build.Id, ["version"] = build.Version, ["digest"] = build.Digest.Value, ["commit"] = build.Commit,
            ["branch"] = build.Branch, ["tag"] = build.Tag, ["author"] = build.Author, ["run"] = build.RunUrl,
        };
        var record = new List<Change> { new Change.RecordBuild(build), audits.Of(build.ReportedBy, "build.reported", build.Application, details) };
        if (spec.Environments.Any(environment => environment.AutoDeploy is not null)) record.Add(PromoteAutomatically.Work(build));
        return record;
    }

    private static Build Build(Caller caller, ReportBuild request, string label, IReadOnlyList<Artifact> bytes, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now).ToString("N"),
        Application = request.Application,
        Commit = request.Commit,
        Branch = request.Branch,
        Tag = request.Tag,
        Version = label,
        Artifacts = bytes,
        Digest = Core.Artifacts.Build.DigestOf(bytes),
        Author = request.Author,
        ReportedBy = caller.User,
        RunUrl = request.RunUrl,
        ReportedAt = now,
    };

    private static Refusal? RefuseTexts(ReportBuild request) =>
        Texts.RefuseCommit(request.Commit) ?? Texts.RefuseName("branch", request.Branch) ?? Texts.RefuseName("tag", request.Tag)
        ?? Texts.RefuseName("author", request.Author) ?? Texts.RefuseUrl("run_url", request.RunUrl)
        ?? (request.RunNumber is not null && RunNumber(request) is null ? Refusal.Unprocessable("bad_run_number", "`run_number` is not a whole number.") : null);

    private static long? RunNumber(ReportBuild request) =>
        long.TryParse(request.RunNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Refusal NoLabel(ApplicationSpec spec) => Refusal.Unprocessable(
        "no_version", $"None of the patterns {string.Join(", ", spec.VersionPatterns.Select(p => $"`{p}`"))} of '{spec.Name}' can be filled in from this report. Send what they need, or `version`.");
}
