using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Cli.Standalone;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Targets;

namespace Towpath.Cli.Commands;

/// <summary>What runs on the targets now, as they say themselves.</summary>
internal sealed class Observe : LookVerb
{
    public Observe()
        : base("observe", "what runs on the targets now, since when, and whether it is healthy, as they say themselves")
    {
    }

    public override IReadOnlyList<string> Examples => ["towpath observe web", "towpath observe web --env dev", "towpath observe web --env production --json"];

    public override string JsonValue => "environments [{application, environment, target, health (nothing, healthy, changing, unhealthy, unknown), summary, version, since, digest, artifacts, error}]";

    protected override async Task<int> LookAsync(
        Call call, TargetQuestions questions, ApplicationSpec application, IReadOnlyList<EnvironmentSpec> environments, CancellationToken cancellationToken)
    {
        var looked = new List<ObservedEnvironment>();
        foreach (var environment in environments)
        {
            var result = await questions.ObserveAsync(application, environment, cancellationToken);
            if (environments.Count == 1 && result is ObserveResult.Refused refused) return call.Fail(Refused(refused.Reason, refused.Kind));
            looked.Add(Of(new ObservedEnvironment { Application = application.Name, Environment = environment.Name, Target = environment.Target.Kind }, result));
        }

        var view = new ObservationsView(looked);
        return call.Done(view, CliJson.Default.ObservationsView, output => new ObservationText(call).Write(output, looked), ExitCodeOf(looked));
    }

    private static ObservedEnvironment Of(ObservedEnvironment blank, ObserveResult result) => result switch
    {
        ObserveResult.Seen { Observation: var seen } => blank with
        {
            Health = seen.Health, Summary = seen.Summary, Version = seen.Version, Since = seen.Since, Artifacts = seen.Artifacts,
            Digest = seen.Artifacts.Count == 0 ? null : Build.DigestOf(seen.Artifacts),
        },
        ObserveResult.Refused refused => blank with { Error = Refused(refused.Reason, refused.Kind).Body },
        _ => throw new InvalidOperationException($"a target answered {result.GetType().Name}"),
    };

    /// <summary>What is not healthy goes before what could not be looked at.</summary>
    private static int ExitCodeOf(IReadOnlyList<ObservedEnvironment> environments) =>
        environments.Any(e => ExitCodeOf(e) == ExitCodes.Failed) ? ExitCodes.Failed : environments.Max(ExitCodeOf);

    private static int ExitCodeOf(ObservedEnvironment environment) => environment switch
    {
        { Error: { } error } => error.ExitCode,
        { Health: TargetHealth.Healthy } => ExitCodes.Done,
        { Health: TargetHealth.Unknown } => ExitCodes.Technical,
        _ => ExitCodes.Failed,
    };
}

file sealed class ObservationText(Call call)
{
    private readonly Paint _paint = call.Terminal.Paint;

    public void Write(TextWriter output, IReadOnlyList<ObservedEnvironment> environments)
    {
        if (environments is [var only])
        {
            WriteOne(output, only);
            return;
        }

        var table = new Table("ENVIRONMENT", "HEALTH", "VERSION", "DIGEST", "SINCE", "WHAT IT SAYS");
        foreach (var e in environments)
            table.Add((e.Environment, null), Health(e), (e.Version ?? "-", null), (e.Digest?.Short ?? "-", null), (Since(e) ?? "-", null), (e.Summary ?? e.Error?.Message ?? "", null));
        table.Write(output, _paint);
    }

    private void WriteOne(TextWriter output, ObservedEnvironment e)
    {
        var (word, paint) = Health(e);
        output.WriteLine($"{e.Application}/{e.Environment}: {paint?.Invoke(word) ?? word}: {Terminal.Clean(e.Summary ?? "")}");
        if (e.Version is { } version) output.WriteLine($"  version: {Terminal.Clean(version)}");
        foreach (var artifact in e.Artifacts) output.WriteLine($"  {artifact.Name}: {Terminal.Clean(artifact.Reference)} {artifact.Digest}");
        if (e.Since is { } since) output.WriteLine($"  since: {since.UtcDateTime:u} ({Since(e)})");
    }

    private string? Since(ObservedEnvironment e) => e.Since is { } since ? Ages.Of(since, call.Time.GetUtcNow()) : null;

    private (string Word, Func<string, string>? Paint) Health(ObservedEnvironment e) => e switch
    {
        { Error: not null } => ("not looked at", _paint.Red),
        { Health: TargetHealth.Nothing } => ("nothing yet", null),
        { Health: TargetHealth.Healthy } => ("✓ healthy", _paint.Green),
        { Health: TargetHealth.Changing } => ("~ changing", _paint.Yellow),
        { Health: TargetHealth.Unhealthy } => ("✗ unhealthy", _paint.Red),
        _ => ("? unknown", _paint.Yellow),
    };
}
