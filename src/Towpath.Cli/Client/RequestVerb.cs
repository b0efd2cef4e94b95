using System.CommandLine;
using Towpath.Cli.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Client;

/// <summary>Asks for a deployment and, where wanted, waits for its end: promote, rollback.</summary>
internal abstract class RequestVerb : ServerVerb
{
    private readonly Option<bool> _wait = new("--wait") { Description = "wait until it has ended, gates included" };
    private readonly Option<string> _timeout = Durations.Option("--timeout", "with --wait: give up after this (default 30m)");

    protected RequestVerb(string name, string description)
        : base(name, description)
    {
        Arguments.Add(Application);
        Options.Insert(0, Reason);
        Options.Insert(1, _wait);
        Options.Insert(2, _timeout);
    }

    public sealed override string JsonValue => "the deployment as GET /api/v1/deployments/{id} answers it: phase, gates, explanation, steps, outcome";

    protected Argument<string> Application { get; } = Parameters.Application();

    protected Option<string> Reason { get; } = Parameters.Text("--reason", "TEXT", "why, for the record");

    protected abstract Task<Answer<DeploymentView>> RequestAsync(Call call, ApiClient api, CancellationToken cancellationToken);

    protected sealed override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var requested = await RequestAsync(call, api, cancellationToken);
        if (!requested.Is(out var deployment, out var failure)) return call.Fail(failure);
        if (!call.Get(_wait)) return Say(call, deployment, PhaseWords.ExitCodeNow(deployment.Phase));
        var waited = await new Waiting(api, call).UntilEndedAsync(deployment, call.GetDuration(_timeout) ?? TimeSpan.FromMinutes(30), cancellationToken);
        return waited.Is(out var ended, out failure) ? Say(call, ended, PhaseWords.ExitCodeAtEnd(ended.Phase)) : call.Fail(failure);
    }

    private static int Say(Call call, DeploymentView deployment, int exitCode) =>
        call.Done(deployment, ApiJson.Default.DeploymentView, output => new DeploymentText(call.Terminal.Paint).Write(output, deployment), exitCode);
}
