using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Goes back: a new deployment of an earlier version, through its own gates.</summary>
internal sealed class Rollback : RequestVerb
{
    private readonly Option<string> _environment = Parameters.Environment();
    private readonly Option<string> _to = Parameters.Text("--to", "VERSION", "which version (default: the one that succeeded before the one that runs)");

    public Rollback()
        : base("rollback", "go back: a new deployment of an earlier version, through its own gates")
    {
        Options.Insert(0, _environment);
        Options.Insert(1, _to);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "towpath rollback web --env production --wait",
        "towpath rollback web --env production --to v1.4.1 --reason 'checkout is slow'",
    ];

    protected override Task<Answer<DeploymentView>> RequestAsync(Call call, ApiClient api, CancellationToken cancellationToken) => api.PostAsync(
        "rollbacks", new RequestRollback(call.Get(Application)!, call.Get(_environment)!, call.Get(_to), call.Get(Reason)),
        ApiJson.Default.RequestRollback, ApiJson.Default.DeploymentView, cancellationToken);
}
