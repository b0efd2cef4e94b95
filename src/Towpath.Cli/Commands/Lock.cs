using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Keeps an environment still.</summary>
internal sealed class Lock : ServerVerb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Environment();
    private readonly Option<string> _reason = Parameters.Text("--reason", "TEXT", "shown to everybody who wants to deploy there", required: true);
    private readonly Option<string> _expires = Durations.Option("--expires", "when it ends by itself (default: never)");

    public Lock()
        : base("lock", "keep an environment still: nothing is deployed there until it is unlocked")
    {
        Arguments.Add(_application);
        Options.Insert(0, _environment);
        Options.Insert(1, _reason);
        Options.Insert(2, _expires);
    }

    public override IReadOnlyList<string> Examples => ["towpath lock web --env staging --reason 'load test' --expires 2h"];

    public override string JsonValue => "the environment: running, health, active, waiting, lock {owner, reason, locked_at, expires_at}";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var body = new LockEnvironment(call.Get(_reason)!, (long?)call.GetDuration(_expires)?.TotalSeconds);
        var answer = await api.PutAsync(
            $"applications/{Escape(call.Get(_application))}/environments/{Escape(call.Get(_environment))}/lock", body,
            ApiJson.Default.LockEnvironment, ApiJson.Default.EnvironmentView, cancellationToken);
        return answer.Is(out var environment, out var failure)
            ? call.Done(environment, ApiJson.Default.EnvironmentView, output => output.WriteLine(Terminal.Clean(Words(environment))))
            : call.Fail(failure);
    }

    private static string Words(EnvironmentView e) =>
        $"{e.Application}/{e.Name} is locked by {e.Lock?.Owner}: {e.Lock?.Reason}{(e.Lock?.ExpiresAt is { } at ? $" (until {at:u})" : "")}";
}
