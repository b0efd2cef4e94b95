using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Cli.Standalone;
using Towpath.Core.Applications;
using Towpath.Core.Targets;

namespace Towpath.Cli.Commands;

/// <summary>Checks that everything the targets of an application need is there, before anything is changed.</summary>
internal sealed class Verify : LookVerb
{
    public Verify()
        : base("verify", "check that everything the targets need is there; changes nothing")
    {
    }

    public override IReadOnlyList<string> Examples => ["towpath verify web", "towpath verify web --env dev", "towpath verify web --env production --specs delivery --json"];

    public override string JsonValue => "ok, environments [{application, environment, target, finding {subject, state (ok, skipped, wrong), detail, children, is_wrong, is_denied}, error}]";

    protected override async Task<int> LookAsync(
        Call call, TargetQuestions questions, ApplicationSpec application, IReadOnlyList<EnvironmentSpec> environments, CancellationToken cancellationToken)
    {
        var looked = new List<InspectedEnvironment>();
        foreach (var environment in environments)
        {
            var result = await questions.InspectAsync(application, environment, cancellationToken);
            var failure = result is InspectResult.Refused refused ? Refused(refused.Reason, refused.Kind) : null;
            if (failure is not null && environments.Count == 1) return call.Fail(failure);
            looked.Add(new InspectedEnvironment(application.Name, environment.Name, environment.Target.Kind, (result as InspectResult.Inspected)?.Finding, failure?.Body));
        }

        var view = new InspectionView(looked.All(e => e.Finding is { IsWrong: false, IsDenied: false }), looked);
        return call.Done(view, CliJson.Default.InspectionView, output => Write(call, output, view), ExitCodeOf(view));
    }

    /// <summary>What is wrong goes before what could not or may not be looked at.</summary>
    private static int ExitCodeOf(InspectionView view) => view.Environments.Any(e => e.Finding is { IsWrong: true })
        ? ExitCodes.Failed
        : view.Environments.FirstOrDefault(e => e.Error is not null)?.Error?.ExitCode
            ?? (view.Environments.Any(e => e.Finding is { IsDenied: true }) ? ExitCodes.NotAllowed : ExitCodes.Done);

    private static void Write(Call call, TextWriter output, InspectionView view)
    {
        var tree = new FindingTree(call.Terminal.Paint);
        foreach (var environment in view.Environments)
        {
            output.WriteLine($"{environment.Application}/{environment.Environment}");
            if (environment.Finding is { } finding) tree.Write(output, finding);
            else output.WriteLine($"  {call.Terminal.Paint.Red("✗ not looked at")}: {Terminal.Clean(environment.Error!.Message)}");
        }
    }
}
