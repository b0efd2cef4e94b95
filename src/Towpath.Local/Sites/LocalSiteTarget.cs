using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Local.Folders;

namespace Towpath.Local.Sites;

/// <summary>A static site in a folder of this machine, served by Towpath itself.</summary>
public sealed class LocalSiteTarget(LocalOptions options, IEnumerable<IArtifactSource> sources) : ITarget
{
    public string Kind => SiteSettings.Kind;

    public Rule.Mapping Grammar => SiteSettings.Grammar;

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits)
    {
        var settings = SiteSettings.Read(key, target);
        var problems = new List<string>();
        if (new AllowedFolders(limits).Resolve(settings.Root) is FolderAnswer.Refused refused) problems.Add($"`root`: {refused.Reason}");
        if (options.HostRequired && settings.Host is null)
            problems.Add($"`host` is missing: several machines share the work, so say which one serves this site, such as `host: {options.HostName}`");
        return problems;
    }

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target)
    {
        var settings = SiteSettings.Read(key, target);
        return [$"folder:{FolderOf(settings, options.Limits)?.Root ?? settings.Root}", $"port:{HostOf(settings)}:{settings.Port}"];
    }

    // Where one machine does all the work its name means nothing: a container has another one after each start, and must find its rows again.
    public string? Capability(TargetSpec target) =>
        SiteSettings.Read(default, target).Host is null && !options.HostRequired ? null : $"host:{HostOf(SiteSettings.Read(default, target)).ToLowerInvariant()}";

    public Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        var problems = Check(request.Key, request.Environment.Target, options.Limits);
        if (problems.Count > 0) return Refuse(string.Join(" ", problems));
        var settings = SiteSettings.Read(request.Key, request.Environment.Target);
        var folder = FolderOf(settings, options.Limits)!;
        if (SiteFolder.Problem(folder.Root, options) is { } problem) return Refuse(problem);
        if (request.Artifacts is not [{ Kind: ArtifactKind.StaticSite } artifact])
            return Refuse($"a local-site takes one artifact of the kind static-site, and this build has {Describe(request.Artifacts)}; change `artifact:` or `target:`");
        if (ProblemOf(artifact) is { } unreadable) return Refuse(unreadable);
        return Task.FromResult<PlanResult>(new PlanResult.Planned(
            Steps(settings, folder, artifact),
            request.KnownGoodArtifacts is [{ Kind: ArtifactKind.StaticSite } good] ? Steps(settings, folder, good) : []));
    }

    public async Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken)
    {
        var settings = SiteSettings.Read(look.Key, look.Environment.Target);
        if (FolderOf(settings, options.Limits) is not { } folder) return new ObserveResult.Refused($"the operator does not allow '{settings.Root}'", RefusalKind.NotAllowed);
        if (!settings.IsServedBy(options)) return new ObserveResult.Refused($"it is served by the machine '{settings.Host}'; ask there");
        return new ObserveResult.Seen(await LocalSiteObservation.OfAsync(look, settings, folder, cancellationToken));
    }

    /// <summary>The site's folder, links resolved; null where the operator does not allow it.</summary>
    internal static SiteFolder? FolderOf(SiteSettings settings, OperatorLimits limits) =>
        new AllowedFolders(limits).Resolve(settings.Root) is FolderAnswer.Allowed allowed ? new SiteFolder(allowed.Path) : null;

    private string HostOf(SiteSettings settings) => settings.Host ?? options.HostName;

    private string? ProblemOf(Artifact artifact)
    {
        var scheme = ArtifactScheme.Of(artifact.Kind, artifact.Reference);
        if (sources.All(source => source.Scheme != scheme)) return $"nothing here can read artifacts of the scheme '{scheme}', such as '{artifact.Reference}'";
        return artifact.Size > options.Sites.MaximumArtifactBytes
            ? $"'{artifact.Reference}' has {artifact.Size} bytes; a site's zip may have at most {options.Sites.MaximumArtifactBytes}"
            : null;
    }

    private static string Describe(IReadOnlyList<Artifact> artifacts) =>
        artifacts.Count == 0 ? "none" : string.Join(", ", artifacts.Select(artifact => $"'{artifact.Name}' ({artifact.Kind})"));

    private static IReadOnlyList<PlanStep> Steps(SiteSettings settings, SiteFolder folder, Artifact artifact)
    {
        var inputs = new SiteInputs(settings.Key, folder.Root, settings.Port, artifact.Reference, artifact.Digest);
        return
        [
            new PlanStep("fetch", FetchStep.Name, Stage.Deploy, Switches: false, inputs.ToJson()),
            new PlanStep("unpack", UnpackStep.Name, Stage.Deploy, Switches: false, inputs.ToJson()),
            new PlanStep("switch", SwitchStep.Name, Stage.Deploy, Switches: true, inputs.ToJson()),
            new PlanStep("observe", ObserveStep.Name, Stage.Verify, Switches: false, inputs.ToJson()),
        ];
    }

    private static Task<PlanResult> Refuse(string reason) => Task.FromResult<PlanResult>(new PlanResult.Refused(reason));
}
