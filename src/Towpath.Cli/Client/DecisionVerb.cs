using System.CommandLine;
using Towpath.Cli.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>A decision on one open deployment: approve, reject, cancel, retry.</summary>
internal abstract class DecisionVerb : ServerVerb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Environment();
    private readonly Option<string> _version = Parameters.Text("--version", "VERSION", "which one, where several wait");
    private readonly Option<string> _deployment = Parameters.Text("--deployment", "ID", "which one, by its id or the id's last digits");

    protected DecisionVerb(string name, string description)
        : base(name, description)
    {
        Arguments.Add(_application);
        Options.Insert(0, _environment);
        Options.Insert(1, _version);
        Options.Insert(2, _deployment);
    }

    public sealed override string JsonValue => "the deployment as GET /api/v1/deployments/{id} answers it: phase, gates, explanation, steps, approvals";

    /// <summary>Which open deployments can be decided on so.</summary>
    protected abstract bool Fits(DeploymentSummary deployment);

    /// <summary>For "nothing … on web/production".</summary>
    protected abstract string Missing { get; }

    protected abstract Task<Answer<DeploymentView>> DecideAsync(Call call, ApiClient api, string id, CancellationToken cancellationToken);

    protected abstract int ExitCodeOf(DeploymentView after);

    protected sealed override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var which = new Which(call.Get(_application)!, call.Get(_environment)!, call.Get(_version), call.Get(_deployment));
        var found = await new OpenDeployments(api).FindAsync(which, Fits, Missing, cancellationToken);
        if (!found.Is(out var deployment, out var failure)) return call.Fail(failure);
        var decided = await DecideAsync(call, api, deployment.Id, cancellationToken);
        if (!decided.Is(out var after, out failure)) return call.Fail(failure);
        return call.Done(after, ApiJson.Default.DeploymentView, output => new DeploymentText(call.Terminal.Paint).Write(output, after), ExitCodeOf(after));
    }
}
