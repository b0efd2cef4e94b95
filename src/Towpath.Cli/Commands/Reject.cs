using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>One person's recorded no; it ends the promotion.</summary>
internal sealed class Reject : DecisionVerb
{
    private readonly Option<string> _role = Parameters.Text("--role", "ROLE", "in which role (default: the first unmet rule that you may answer)");
    private readonly Option<string> _comment = Parameters.Text("--comment", "TEXT", "why, for the record and for who asked");

    public Reject()
        : base("reject", "say no to what waits on an environment; the promotion ends")
    {
        Options.Insert(1, _role);
        Options.Insert(2, _comment);
    }

    public override IReadOnlyList<string> Examples => ["towpath reject web --env production --comment 'not before the trade fair'"];

    protected override string Missing => "waits for approval";

    protected override bool Fits(DeploymentSummary deployment) => deployment.Phase == Phase.Waiting;

    protected override Task<Answer<DeploymentView>> DecideAsync(Call call, ApiClient api, string id, CancellationToken cancellationToken) => api.PostAsync(
        $"deployments/{Escape(id)}/reject", new Decide(call.Get(_role), call.Get(_comment)), ApiJson.Default.Decide, ApiJson.Default.DeploymentView, cancellationToken);

    protected override int ExitCodeOf(DeploymentView after) => ExitCodes.Done;
}
