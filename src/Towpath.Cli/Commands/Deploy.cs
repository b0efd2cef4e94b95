using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Cli.Standalone;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Cli.Commands;

/// <summary>Runs the plan here and now, without a control plane.</summary>
internal sealed class Deploy : Verb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Environment();
    private readonly Option<string> _version = Parameters.Text("--version", "VERSION", "the version's label", required: true);
    private readonly Option<string> _commit = Parameters.Text("--commit", "SHA", "the commit it was built from, for {sha} in the artifact's source");
    private readonly Option<string[]> _artifacts = new("--artifact") { Description = "where the bytes are (default: the spec's source); [NAME=]REFERENCE[@sha256:…]", HelpName = "REFERENCE" };
    private readonly Option<bool> _plan = new("--plan") { Description = "only show the steps; nothing is done or recorded" };
    private readonly Option<bool> _breakGlass = new("--break-glass") { Description = "pass over closed gates; needs --reason, and both are recorded" };
    private readonly Option<string> _reason = Parameters.Text("--reason", "TEXT", "with --break-glass: why");
    private readonly Option<string> _specs = Parameters.Text("--specs", "DIR", "the folder with organization.yaml and apps/ (default: what towpath.yaml names, else this folder)");
    private readonly Option<string> _journal = Parameters.Text("--journal", "DIR", "where the journals are (default: .towpath/journal)");

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

    public override string JsonValue => "deployment, application, environment, version, digest, phase, outcome, rolled_back_to, break_glass, resumed, journal; with --plan artifacts, known_good, steps, rollback";

    protected override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (!Request(call).Is(out var request, out var failure)) return call.Fail(failure);
        await using var services = LocalTargets.Provide(request.Settings, TrustedLimits.Of(request.Environment, request.Settings));
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
            return Wrong("bad_call", "--break-glass needs --reason: it is recorded why the gates were passed over");
        var specs = call.Get(_specs);
        if (specs is not null && !Directory.Exists(specs)) return Wrong("no_such_path", $"there is no folder {specs}");
        var (settings, _, errors) = Operator.Read(null, specs is null ? Environment.CurrentDirectory : Path.GetFullPath(specs));
        if (settings is null) return Wrong("invalid_settings", "towpath.yaml is wrong", errors);
        var loaded = LocalTargets.Load(settings, settings.ConfigFolder, null);
        if (loaded.Configuration is not { } configuration) return Wrong("invalid_specs", $"the specs in {settings.ConfigFolder} are wrong; `towpath validate` shows the same", loaded.Errors);
        var name = call.Get(_application)!;
        if (configuration.FindApplication(name) is not { } application)
            return Wrong("no_such_application", $"there is no apps/{name}.yaml in {settings.ConfigFolder}; there are: {Listed(configuration.Applications.Keys)}");
        return application.FindEnvironment(call.Get(_environment)!) is { } environment
            ? new Answer<DeployRequest>(Request(call, new DeployParts(configuration, application, environment, settings)), null)
            : Wrong("no_such_environment", $"{name} has no environment '{call.Get(_environment)}'; it has {Listed(application.Environments.Select(e => e.Name))}");
    }

    private DeployRequest Request(Call call, DeployParts parts)
    {
        var artifacts = (call.Get(_artifacts) ?? []).Select(ArtifactArgument.Parse).ToDictionary(a => a.Name, StringComparer.Ordinal);
        return new DeployRequest
        {
            Configuration = parts.Configuration,
            Application = parts.Application,
            Environment = parts.Environment,
            Settings = parts.Settings,
            Version = call.Get(_version)!,
            Commit = call.Get(_commit),
            Artifacts = artifacts.ToDictionary(a => a.Key, a => IsContainer(parts, a.Key) ? a.Value.Reference : Absolute(a.Value.Reference), StringComparer.Ordinal),
            Digests = artifacts.Where(a => a.Value.Digest is not null).ToDictionary(a => a.Key, a => Digest.Parse(a.Value.Digest!), StringComparer.Ordinal),
            BreakGlass = call.Get(_breakGlass) ? call.Get(_reason) : null,
            Journal = Path.GetFullPath(call.Get(_journal) ?? Path.Combine(".towpath", "journal")),
        };
    }

    /// <summary>A path on the command line is meant from here, not from the operator's first folder.</summary>
    private static string Absolute(string reference) => reference.Contains("://", StringComparison.Ordinal) ? reference : Path.GetFullPath(reference);

    private static bool IsContainer(DeployParts parts, string artifact) =>
        parts.Application.Artifacts.Any(a => a.Kind == ArtifactKind.Container && string.Equals(a.Name, artifact, StringComparison.Ordinal));

    private static string Listed(IEnumerable<string> names) => names.Any() ? string.Join(", ", names) : "none";

    private static int Show(Call call, Answer<PlanView> answer) => answer.Is(out var plan, out var failure)
        ? call.Done(plan, CliJson.Default.PlanView, output =>
        {
            foreach (var artifact in plan.Artifacts) output.WriteLine($"{artifact.Name}: {artifact.Reference} {artifact.Digest}");
            foreach (var step in plan.Steps) output.WriteLine($"  {step.Name} ({step.Kind}){(step.Switches ? ": the new version runs from here on" : "")}");
            output.WriteLine(plan.Rollback.Count == 0 ? "nothing is known to roll back to" : $"on failure, back to {plan.KnownGood}: {string.Join(", ", plan.Rollback.Select(s => s.Name))}");
        })
        : call.Fail(failure);

    private static void Write(Call call, TextWriter output, DeployView done)
    {
        if (done.Resumed is { } resumed) output.WriteLine($"{resumed.Application}/{resumed.Environment} {resumed.Version}, interrupted earlier: {Words.Of(resumed.Phase)}");
        output.WriteLine($"{done.Application}/{done.Environment} {done.Version} ({done.Digest.Short}): {PhaseWords.Painted(done.Phase, call.Terminal.Paint)}");
        if (done.Outcome is { } outcome) output.WriteLine($"  why: {Terminal.Clean(outcome)}");
        if (done.RolledBackTo is { } version) output.WriteLine($"  rolled back: {version} runs again");
    }

    private static Answer<DeployRequest> Wrong(string code, string message, IReadOnlyList<Core.Applications.SpecError>? errors = null) =>
        new(null, new Failure(ExitCodes.Wrong, code, message) { Errors = errors });
}

internal sealed record DeployParts(
    Core.Applications.Configuration Configuration, Core.Applications.ApplicationSpec Application, Core.Applications.EnvironmentSpec Environment,
    Core.Operators.OperatorSettings Settings);
