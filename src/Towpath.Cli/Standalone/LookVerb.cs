using System.CommandLine;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Core.Applications;
using Towpath.Core.Targets;

namespace Towpath.Cli.Standalone;

/// <summary>A command that asks targets about themselves, with the caller's own credentials and without a control plane: verify, observe.</summary>
internal abstract class LookVerb : Verb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Text("--env", "ENV", "only this environment (default: all of them)");
    private readonly Option<string> _specs = Parameters.Specs();

    protected LookVerb(string name, string description)
        : base(name, description)
    {
        Arguments.Add(_application);
        Options.Add(_environment);
        Options.Add(_specs);
    }

    protected sealed override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (!SpecPlace.Find(call.Get(_specs), call.Get(_application)!).Is(out var place, out var failure)) return call.Fail(failure);
        if (!place.Environments(call.Get(_environment)).Is(out var environments, out failure)) return call.Fail(failure);
        await using var services = LocalTargets.Provide(place.Settings, TrustedLimits.Of(place.Settings, environments), place.Application.Repository, environments);
        return await LookAsync(call, services.GetRequiredService<TargetQuestions>(), place.Application, environments, cancellationToken);
    }

    protected abstract Task<int> LookAsync(
        Call call, TargetQuestions questions, ApplicationSpec application, IReadOnlyList<EnvironmentSpec> environments, CancellationToken cancellationToken);

    public static Failure Refused(string reason, RefusalKind kind) => new(ExitCodes.Of(kind), kind switch
    {
        RefusalKind.NotAllowed => "denied",
        RefusalKind.Technical => "unreachable_target",
        RefusalKind.No or RefusalKind.Wrong => "target_refused",
    }, reason);
}
