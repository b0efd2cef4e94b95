using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Asks for a promotion; prints the gates as a tree.</summary>
internal sealed class Promote : RequestVerb
{
    private readonly Option<string> _to = Parameters.Environment("--to", "where it should go");
    private readonly Option<string> _version = Parameters.Text("--version", "VERSION", "which build (default: the newest)");

    public Promote()
        : base("promote", "ask for a promotion; says which gates are open and which are not")
    {
        Options.Insert(0, _to);
        Options.Insert(1, _version);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "towpath promote web --to staging",
        "towpath promote web --to production --version v1.4.2 --wait --timeout 20m",
    ];

    protected override Task<Answer<DeploymentView>> RequestAsync(Call call, ApiClient api, CancellationToken cancellationToken) => api.PostAsync(
        "promotions", new RequestPromotion(call.Get(Application)!, call.Get(_to)!, call.Get(_version), call.Get(Reason)),
        ApiJson.Default.RequestPromotion, ApiJson.Default.DeploymentView, cancellationToken);
}
