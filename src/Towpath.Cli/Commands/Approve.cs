using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>One person's recorded yes.</summary>
internal sealed class Approve : DecisionVerb
{
    private readonly Option<string> _role = Parameters.Text("--role", "ROLE", "in which of your roles, or as team:ORG/TEAM or user:NAME (default: of those still needed, the one that the fewest people have)");
    private readonly Option<string> _comment = Parameters.Text("--comment", "TEXT", "for the record");

    public Approve()
        : base("approve", "approve what waits on an environment")
    {
        Options.Insert(1, _role);
        Options.Insert(2, _comment);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "towpath approve web --env production",
        "towpath approve web --env production --role client --comment 'looks right to us'",
    ];

    protected override string Missing => "waits for approval";

    protected override bool Fits(DeploymentSummary deployment) => deployment.Phase == Phase.Waiting;

    protected override Task<Answer<DeploymentView>> DecideAsync(Call call, ApiClient api, string id, CancellationToken cancellationToken) => api.PostAsync(
        $"deployments/{Escape(id)}/approve", new Decide(call.Get(_role), call.Get(_comment)), ApiJson.Default.Decide, ApiJson.Default.DeploymentView, cancellationToken);

    /// <summary>The approval is recorded; whether others are still asked for is not this caller's failure, but scripts can tell.</summary>
    protected override int ExitCodeOf(DeploymentView after) => PhaseWords.ExitCodeNow(after.Phase);
}
