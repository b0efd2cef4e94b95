using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Says that what a deployment needed a person for is mended.</summary>
internal sealed class Retry : DecisionVerb
{
    private readonly Option<string> _reason = Parameters.Text("--reason", "TEXT", "what was mended, for the record");

    public Retry()
        : base("retry", "go on with a deployment that needed a person's attention") => Options.Insert(1, _reason);

    public override IReadOnlyList<string> Examples => ["towpath retry web --env production"];

    protected override string Missing => "needs attention";

    protected override bool Fits(DeploymentSummary deployment) => deployment.Phase == Phase.NeedsAttention;

    protected override Task<Answer<DeploymentView>> DecideAsync(Call call, ApiClient api, string id, CancellationToken cancellationToken) => api.PostAsync(
        $"deployments/{Escape(id)}/retry", new GiveReason(call.Get(_reason)), ApiJson.Default.GiveReason, ApiJson.Default.DeploymentView, cancellationToken);

    protected override int ExitCodeOf(DeploymentView after) => ExitCodes.Done;
}
