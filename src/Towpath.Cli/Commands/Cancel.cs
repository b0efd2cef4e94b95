using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Stops a deployment; after the switch it is rolled back.</summary>
internal sealed class Cancel : DecisionVerb
{
    private readonly Option<string> _reason = Parameters.Text("--reason", "TEXT", "why, for the record");

    public Cancel()
        : base("cancel", "cancel a deployment: before the switch it stops, after it it is rolled back") => Options.Insert(1, _reason);

    public override IReadOnlyList<string> Examples =>
    [
        "towpath cancel web --env staging",
        "towpath cancel web --env staging --version v1.4.2 --reason 'wrong branch'",
    ];

    protected override string Missing => "is open";

    protected override bool Fits(DeploymentSummary deployment) => !deployment.Phase.IsTerminal();

    protected override Task<Answer<DeploymentView>> DecideAsync(Call call, ApiClient api, string id, CancellationToken cancellationToken) => api.PostAsync(
        $"deployments/{Escape(id)}/cancel", new GiveReason(call.Get(_reason)), ApiJson.Default.GiveReason, ApiJson.Default.DeploymentView, cancellationToken);

    protected override int ExitCodeOf(DeploymentView after) => ExitCodes.Done;
}
