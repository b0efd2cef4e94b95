using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Deployments, newest first, failures included.</summary>
internal sealed class History : ServerVerb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Text("--env", "ENV", "only this environment");
    private readonly Option<int> _limit = new("--limit") { Description = "how many (default 20)", HelpName = "NUMBER", DefaultValueFactory = _ => 20 };

    public History()
        : base("history", "deployments of an application, newest first")
    {
        Arguments.Add(_application);
        Options.Insert(0, _environment);
        Options.Insert(1, _limit);
        _limit.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (!int.TryParse(text, out var limit) || limit is < 1 or > 500)) result.AddError($"--limit is a number from 1 to 500, not '{text}'");
        });
    }

    public override IReadOnlyList<string> Examples => ["towpath history web", "towpath history web --env production --limit 5"];

    public override string JsonValue => "deployments: id, application, environment, version, digest, phase, origin, requested_by, requested_at, outcome";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var path = $"deployments?application={Escape(call.Get(_application))}&limit={call.Get(_limit)}";
        if (call.Get(_environment) is { } environment) path += $"&environment={Escape(environment)}";
        var answer = await api.GetAsync(path, ApiJson.Default.DeploymentList, cancellationToken);
        if (!answer.Is(out var list, out var failure)) return call.Fail(failure);
        if (list.Deployments.Count == 0 && await api.GetAsync($"applications/{Escape(call.Get(_application))}", ApiJson.Default.ApplicationView, cancellationToken) is { Failure: { } missing })
            return call.Fail(missing);
        return call.Done(list, ApiJson.Default.DeploymentList, output => Write(call, output, list));
    }

    private static void Write(Call call, TextWriter output, DeploymentList list)
    {
        if (list.Deployments.Count == 0) call.Terminal.Hint("nothing was deployed yet");
        if (list.Deployments.Count == 0) return;
        var table = new Table("ID", "ENVIRONMENT", "VERSION", "DIGEST", "PHASE", "BY", "WHEN", "WHY");
        foreach (var d in list.Deployments)
            table.Add(
                (new DeploymentId(d.Id).Short, null), (d.Environment, null), (d.Version, null), (d.Digest.Short, null),
                (Words.Of(d.Phase), d.Phase is Phase.Failed or Phase.RolledBack or Phase.RollbackFailed ? call.Terminal.Paint.Red : null),
                (d.RequestedBy, null), (Ages.Of(d.RequestedAt, call.Time.GetUtcNow()), null), (d.Outcome ?? (d.WaitsFor is { } what ? $"waits for {what}" : ""), null));
        table.Write(output, call.Terminal.Paint);
    }
}
