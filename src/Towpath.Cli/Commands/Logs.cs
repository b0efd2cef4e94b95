using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Engine.Storage;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>A deployment's log, whole or as it grows.</summary>
internal sealed class Logs : ServerVerb
{
    private readonly Argument<string> _deployment = new("DEPLOYMENT") { Description = "its id, or the id's last six or more digits" };
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "go on until the deployment has ended" };

    public Logs()
        : base("logs", "the log of a deployment")
    {
        Arguments.Add(_deployment);
        Options.Insert(0, _follow);
    }

    public override IReadOnlyList<string> Examples => ["towpath logs 3f9a2b71", "towpath logs 3f9a2b71 --follow"];

    public override string JsonValue => "lines [{sequence, at, step, text}] and complete; with --follow it is printed when the deployment has ended";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var found = await api.GetAsync($"deployments/{Escape(call.Get(_deployment))}", ApiJson.Default.DeploymentView, cancellationToken);
        if (!found.Is(out var deployment, out var failure)) return call.Fail(failure);
        var log = new DeploymentLog(api, deployment.Id);
        return call.Get(_follow) ? await FollowAsync(call, log, cancellationToken) : await WholeAsync(call, log, cancellationToken);
    }

    private static async Task<int> WholeAsync(Call call, DeploymentLog log, CancellationToken cancellationToken)
    {
        var answer = await log.ReadAsync(cancellationToken);
        return answer.Is(out var page, out var failure)
            ? call.Done(page, ApiJson.Default.LogPage, output =>
            {
                foreach (var line in page.Lines) Write(output, line);
            })
            : call.Fail(failure);
    }

    private static async Task<int> FollowAsync(Call call, DeploymentLog log, CancellationToken cancellationToken)
    {
        var lines = new List<LogLine>();
        var end = await log.FollowAsync(
            line =>
            {
                if (call.Terminal.Json) lines.Add(line);
                else Write(call.Terminal.Output, line);
            },
            call.Time, cancellationToken);
        if (!end.Is(out var ended, out var failure)) return call.Fail(failure);
        if (call.Terminal.Json) call.Terminal.Result(new LogPage(lines, true), ApiJson.Default.LogPage, _ => { });
        call.Terminal.Hint($"the deployment is {Core.Deployments.Words.Of(ended.Phase)}");
        return PhaseWords.ExitCodeAtEnd(ended.Phase);
    }

    private static void Write(TextWriter output, LogLine line)
    {
        output.WriteLine($"{line.At:HH:mm:ss} {Terminal.Clean(line.Step)}: {Terminal.Clean(line.Text)}");
        output.Flush();
    }
}
