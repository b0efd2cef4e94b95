using System.CommandLine;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Demo;

namespace Towpath.Cli.Commands;

/// <summary>The whole story on this machine, on real files.</summary>
internal sealed class DemoVerb : Verb
{
    private readonly Option<bool> _keep = new("--keep") { Description = "leave the folder behind, and say how to go on with it" };

    public DemoVerb()
        : base("demo", "one build carried from dev to production on this machine, with approvals and an automatic rollback") => Options.Add(_keep);

    public override IReadOnlyList<string> Examples => ["towpath demo", "towpath demo --keep", "towpath demo --json"];

    public override string JsonValue =>
        "ok, rolled_back, environments {dev, staging, production: {version, digest, serves, url}}, builds, checks [{what, ok, found}], error, seconds, and with --keep kept, go_on, log_in";

    protected override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var view = await new DemoRun(call.Terminal, call.Time, call.Get(_keep)).RunAsync(cancellationToken);
        return call.Done(view, DemoJson.Default.DemoView, output => DemoText.Write(output, call.Terminal.Paint, view), view.Ok ? ExitCodes.Done : ExitCodes.Failed);
    }
}
