using Towpath.Cli.Client;
using Towpath.Cli.Output;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Targets;

namespace Towpath.Cli.Standalone;

/// <summary>Writes what runs already into the journal of <c>towpath deploy</c> as the known good state.</summary>
internal sealed class StandaloneAdoption(ApplicationSpec application, EnvironmentSpec environment, IServiceProvider services, TimeProvider time)
{
    private readonly EnvironmentKey _key = new(application.Name, environment.Name);

    public async Task<Answer<AdoptedView>> RunAsync(string folder, string? version, CancellationToken cancellationToken)
    {
        if (version is not null && !VersionLabel.IsOne(version)) return No(ExitCodes.Wrong, "bad_version", $"'{version}' is not a version label: letters, digits, '.', '_', '-', at most 128, none of '.' and '-' first");
        // Held from before the look: no `towpath deploy` changes the target meanwhile.
        using var file = JournalFile.TryOpen(folder, _key);
        if (file is null) return No(ExitCodes.Technical, "busy", $"a `towpath deploy` works on {_key} (its journal is locked)", "wait for it to end, then call again");
        if (file.Last is { Deployment: { StartedAt: not null } open } && !open.Phase.IsTerminal())
            return No(ExitCodes.Wrong, "deploying", $"the deployment of {open.Version} to {_key} was interrupted while {Words.Of(open.Phase)}", "bring it to its end with `towpath deploy`, then adopt what runs");
        return await services.GetRequiredService<TargetQuestions>().ObserveAsync(application, environment, cancellationToken) switch
        {
            ObserveResult.Seen { Observation: var seen } when Adoption.Refuse(_key, seen) is { } no => No(ExitCodes.Wrong, no.Code, no.Reason),
            ObserveResult.Seen { Observation: var seen } => Adopt(file, version, seen),
            ObserveResult.Refused refused => new Answer<AdoptedView>(null, LookVerb.Refused(refused.Reason, refused.Kind)),
            var other => throw new InvalidOperationException($"a target answered {other.GetType().Name}"),
        };
    }

    private Answer<AdoptedView> Adopt(JournalFile file, string? version, Observation seen)
    {
        var digest = Build.DigestOf(seen.Artifacts);
        if (file.Last is { KnownGood: { } good } last && good.Digest == digest && last.Running?.Digest == digest) return View(file, good, seen, already: true);
        var requested = DeploymentMachine.Request(Requested(version, digest, seen));
        var adopted = (Next)DeploymentMachine.Apply(requested.Deployment, new DeploymentEvent.Adopted(time.GetUtcNow(), requested.Deployment.RequestedBy, seen.Since, seen.Summary));
        new FileJournal(file, (_, _) => { }).Begin(adopted);
        return View(file, file.Last!.KnownGood!, seen, already: false);
    }

    private Deployment Requested(string? version, Digest digest, Observation seen) => new()
    {
        Id = DeploymentId.New(time),
        Key = _key,
        BuildId = "",
        Commit = "",
        Version = Adoption.LabelOf(version, seen),
        Digest = digest,
        Artifacts = seen.Artifacts,
        Origin = Origin.Adopted,
        RequestedBy = User.Name,
        RequestedAt = time.GetUtcNow(),
        Reason = seen.Summary,
    };

    private Answer<AdoptedView> View(JournalFile file, RunningVersion running, Observation seen, bool already) => new(
        new AdoptedView
        {
            Application = _key.Application, Environment = _key.Environment, Version = running.Version, Digest = running.Digest,
            Since = seen.Since ?? running.Since, Seen = seen.Summary, Already = already, Deployment = running.Deployment.Value, Journal = file.Path,
        },
        null);

    private static Answer<AdoptedView> No(int exitCode, string code, string message, string? whatToDo = null) => new(null, new Failure(exitCode, code, message, whatToDo));
}
