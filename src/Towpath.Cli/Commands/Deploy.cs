using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Cli.Standalone;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Cli.Commands;

/// <summary>Runs the plan here and now, without a control plane.</summary>
internal sealed class Deploy : Verb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Environment();
    private readonly Option<string> _version = Parameters.Text("--version", "VERSION", "the version's label", required: true);
    private readonly Option<string> _commit = Parameters.Text("--commit", "SHA", "the commit it was built from (default: what the version's label tells of it)");
    private readonly Option<string[]> _artifacts = new("--artifact") { Description = "where the bytes are (default: the spec's source); [NAME=]REFERENCE[@sha256:…]", HelpName = "REFERENCE" };
    private readonly Option<bool> _plan = new("--plan") { Description = "only show what would change and the steps; nothing is done or recorded" };
    private readonly Option<bool> _breakGlass = new("--break-glass") { Description = "pass over closed gates; needs --reason, and both are recorded" };
    private readonly Option<string> _reason = Parameters.Text("--reason", "TEXT", "with --break-glass: why");
    private readonly Option<string> _specs = Parameters.Specs();
    private readonly Option<string> _journal = Parameters.Journal();

    public Deploy()
        : base("deploy", "run the plan here and now, without a control plane")
    {
        Arguments.Add(_application);
        Option[] options = [_environment, _version, _commit, _artifacts, _plan, _breakGlass, _reason, _specs, _journal];
        foreach (var option in options) Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "towpath deploy web --env dev --version v1.4.2 --artifact builds/web.zip --plan",
        "towpath deploy web --env dev --version v1.4.2 --artifact builds/web.zip",
        "towpath deploy web --env production --version v1.4.2 --artifact builds/web.zip --break-glass --reason 'control plane is down'",
    ];

    public override string JsonValue => "deployment, application, environment, version, digest, phase, outcome, rolled_back_to, break_glass, resumed, journal; with --plan artifacts, known_good, differences [{subject, path, before, after}] where the target tells, steps, rollback";

    protected override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (!Request(call).Is(out var request, out var failure)) return call.Fail(failure);
        await using var services = LocalTargets.Provide(request.Settings, TrustedLimits.Of(request.Settings, request.Environment), request.Application.Repository, request.Environment);
        request = request with { Commit = await new CommitLookup(services.GetServices<IArtifactSearch>()).FindAsync(request, cancellationToken) };
        var deployment = new StandaloneDeployment(request, services, call.Terminal, call.Time);
        if (call.Get(_plan)) return Show(call, await deployment.PlanAsync(cancellationToken));
        call.Terminal.Hint("without a control plane: nothing keeps a control plane from deploying to the same environment at the same time");
        var answer = await deployment.RunAsync(cancellationToken);
        return answer.Is(out var done, out failure)
            ? call.Done(done, CliJson.Default.DeployView, output => Write(call, output, done), PhaseWords.ExitCodeAtEnd(done.Phase))
            : call.Fail(failure);
    }

    private Answer<DeployRequest> Request(Call call)
    {
        if (call.Get(_breakGlass) && string.IsNullOrWhiteSpace(call.Get(_reason)))
            return new Answer<DeployRequest>(null, new Failure(ExitCodes.Wrong, "bad_call", "--break-glass needs --reason: it is recorded why the gates were passed over"));
        if (!SpecPlace.Find(call.Get(_specs), call.Get(_application)!).Is(out var place, out var failure)) return new Answer<DeployRequest>(null, failure);
        return place.FindEnvironment(call.Get(_environment)!).Is(out var environment, out failure)
            ? new Answer<DeployRequest>(Request(call, place, environment), null)
            : new Answer<DeployRequest>(null, failure);
    }

    private DeployRequest Request(Call call, SpecPlace place, EnvironmentSpec environment)
    {
        var artifacts = (call.Get(_artifacts) ?? []).Select(ArtifactArgument.Parse).ToDictionary(a => a.Name, StringComparer.Ordinal);
        return new DeployRequest
        {
            Configuration = place.Configuration,
            Application = place.Application,
            Environment = environment,
            Settings = place.Settings,
            Version = call.Get(_version)!,
            Commit = call.Get(_commit),
            Artifacts = artifacts.ToDictionary(a => a.Key, a => IsContainer(place, a.Key) ? a.Value.Reference : Absolute(a.Value.Reference), StringComparer.Ordinal),
            Digests = artifacts.Where(a => a.Value.Digest is not null).ToDictionary(a => a.Key, a => Digest.Parse(a.Value.Digest!), StringComparer.Ordinal),
            BreakGlass = call.Get(_breakGlass) ? call.Get(_reason) : null,
            Journal = Parameters.JournalFolder(call.Get(_journal)),
        };
    }

    /// <summary>A path on the command line is meant from here, not from the operator's first folder.</summary>
    private static string Absolute(string reference) => reference.Contains("://", StringComparison.Ordinal) ? reference : Path.GetFullPath(reference);

    private static bool IsContainer(SpecPlace place, string artifact) =>
        place.Application.Artifacts.Any(a => a.Kind == ArtifactKind.Container && string.Equals(a.Name, artifact, StringComparison.Ordinal));

    private static int Show(Call call, Answer<PlanView> answer)
    {
        if (!answer.Is(out var plan, out var failure)) return call.Fail(failure);
        if (plan.Differences is { Count: 0 }) call.Terminal.Hint("no differences");
        return call.Done(plan, CliJson.Default.PlanView, output => new PlanText(call.Terminal.Paint).Write(output, plan));
    }

    private static void Write(Call call, TextWriter output, DeployView done)
    {
        if (done.Resumed is { } resumed) output.WriteLine($"{resumed.Application}/{resumed.Environment} {Terminal.Clean(resumed.Version)}, interrupted earlier: {Words.Of(resumed.Phase)}");
        output.WriteLine($"{done.Application}/{done.Environment} {Terminal.Clean(done.Version)} ({done.Digest.Short}): {PhaseWords.Painted(done.Phase, call.Terminal.Paint)}");
        if (done.Outcome is { } outcome) output.WriteLine($"  why: {Terminal.Clean(outcome)}");
        if (done.RolledBackTo is { } version) output.WriteLine($"  rolled back: {Terminal.Clean(version)} runs again");
    }
}
