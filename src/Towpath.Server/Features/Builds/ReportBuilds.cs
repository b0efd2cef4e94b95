using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Features.Audit;
using Towpath.Server.Features.GitHub.Previews;
using Towpath.Server.Features.GitHub.Builds;
using Towpath.Server.Features.GitHub.Protection;
using Towpath.Server.Security;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Builds;

/// <summary>
/// CI tells of a build. What it says is checked at the source: the bytes must lie where the app spec says, and the digest is computed here.
/// The same report again is the same build; another digest under a taken label is refused.
/// </summary>
public sealed class ReportBuilds(Lookups lookups, WorkflowReports workflows, ReportedArtifacts artifacts, IStore store, Audits audits, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/builds", async (ReportBuild request, HttpContext http, ReportBuilds use, CancellationToken cancellationToken) =>
            (await use.HandleAsync(http.Caller(), request, cancellationToken)).ToHttp(build => $"/api/v1/applications/{build.Application}/builds"))
        .WithName("reportBuild").WithSummary("Tell of a build that CI made.")
        .WithDescription("The bearer is an API token, or a workflow run's own token of GitHub Actions for this control plane. 201 for a new build, 200 for the same one again, 409 `version_taken` for other bytes under a known version or `token_used` for another report with a workflow's token, 422 `digest_mismatch` when the source holds other bytes than told.")
        .WithTags("builds").Produces<Build>(StatusCodes.Status201Created).Produces<Build>().Needs(Permission.ReportBuild).OrWorkflow();

    public async Task<Answer<Build>> HandleAsync(Caller caller, ReportBuild request, CancellationToken cancellationToken)
    {
        var admitted = caller.Workflow is null ? await AdmitAsync(caller, request, cancellationToken) : await workflows.AdmitAsync(caller, request, cancellationToken);
        if (admitted.Value is not { } report) return admitted.Refusal!;
        if (RefuseTexts(report.Request) is { } wrong) return wrong;
        var now = time.GetUtcNow();
        if (LabelOf(report, now) is not { } label) return NoLabel(report.Application);
        if (Texts.RefuseVersion(label) is { } bad) return bad;
        var described = await artifacts.DescribeAsync(report.Application, report.Request, label, cancellationToken);
        return described.Value is { } bytes ? await RecordAsync(Build(caller, report, label, bytes, now), report, cancellationToken) : described.Refusal!;
    }

    private async Task<Answer<AdmittedReport>> AdmitAsync(Caller caller, ReportBuild request, CancellationToken cancellationToken)
    {
        var found = await lookups.ApplicationAsync(caller, Permission.ReportBuild, request.Application, cancellationToken);
        return found.Value is { } spec ? new AdmittedReport(spec, request) : found.Refusal!;
    }

    private static string? LabelOf(AdmittedReport report, DateTimeOffset now)
    {
        var (spec, request) = (report.Application, report.Request);
        var label = request.Version ?? VersionLabel.From(
            spec.VersionPatterns, new LabelSource(spec.Name, request.Commit, request.Branch, request.Tag, RunNumber(request), now));
        return label is null ? null : report.Labelled(label);
    }

    private async Task<Answer<Build>> RecordAsync(Build build, AdmittedReport report, CancellationToken cancellationToken)
    {
        while (true)
        {
            var use = report.Use is { } said ? await store.Access.FindUseAsync(said.Token, said.Application, cancellationToken) : null;
            if (use is not null && !string.Equals(use.Report, report.Use!.Report, StringComparison.Ordinal)) return Used(build);
            Change[] remember = report.Use is not null && use is null ? [new Change.RememberUse(report.Use)] : [];
            var known = await store.Builds.FindByVersionAsync(build.Application, build.Version, cancellationToken);
            if (known is not null && (remember.Length == 0 || Known(known, build).Refusal is not null)) return Known(known, build);
            var outcome = await store.CommitAsync(new Commit { Changes = known is null ? [.. Changes(build, report.Application), .. remember] : remember }, cancellationToken);
            if (outcome is CommitOutcome.Committed) return known is null ? Answer.New(build) : known;
        }
    }

    private static Refusal Used(Build build) => Refusal.Conflict(
        "token_used", $"This token has reported a build of '{build.Application}' already, and this report is another one. A job asks GitHub for a new token for each report.");

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
        if (build.Pull is { } pull) details["pull"] = pull;
        if (build.Run is { } run) details["workflow"] = $"{run.Workflow} ({run.Event} of {run.Ref}, by {run.Actor})";
        var record = new List<Change> { new Change.RecordBuild(build), audits.Of(build.ReportedBy, "build.reported", build.Application, details) };
        if (build.Pull is null && spec.Environments.Any(environment => environment.AutoDeploy is not null)) record.Add(PromoteAutomatically.Work(build));
        if (spec.Previews is not null) record.Add(BuiltPreviews.Work(build));
        // A job of the same run may wait for it.
        if (spec.Repository is not null) record.Add(ProtectionWork.Of(spec.Name));
        return record;
    }

    private static Build Build(Caller caller, AdmittedReport report, string label, IReadOnlyList<Artifact> bytes, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now).ToString("N"),
        Application = report.Request.Application,
        Commit = report.Request.Commit,
        Branch = report.Request.Branch,
        Tag = report.Request.Tag,
        Version = label,
        Artifacts = bytes,
        Digest = Core.Artifacts.Build.DigestOf(bytes),
        Author = report.Request.Author,
        ReportedBy = caller.User,
        Hands = report.Hands,
        RunUrl = report.Request.RunUrl,
        Run = report.Run,
        Pull = report.Pull,
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
