using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Keeps an environment on one version.</summary>
internal sealed class Pin : ServerVerb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Environment();
    private readonly Option<string> _version = Parameters.Text("--version", "VERSION", "the only one that may come, or come back", required: true);
    private readonly Option<string> _reason = Parameters.Text("--reason", "TEXT", "shown to everybody who wants to deploy there", required: true);
    private readonly Option<string> _expires = Durations.Option("--expires", "when it ends by itself (default: never)");

    public Pin()
        : base("pin", "keep an environment on one version: no other is deployed there until it is unpinned")
    {
        Arguments.Add(_application);
        Options.Insert(0, _environment);
        Options.Insert(1, _version);
        Options.Insert(2, _reason);
        Options.Insert(3, _expires);
    }

    public override IReadOnlyList<string> Examples => ["towpath pin web --env production --version v1.4.2 --reason 'trade fair' --expires 7d"];

    public override string JsonValue => "the environment: running, health, active, waiting, pin {owner, reason, version, digest, pinned_at, expires_at}";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var body = new PinEnvironment(call.Get(_version)!, call.Get(_reason)!, (long?)call.GetDuration(_expires)?.TotalSeconds);
        var answer = await api.PutAsync(
            $"applications/{Escape(call.Get(_application))}/environments/{Escape(call.Get(_environment))}/pin", body,
            ApiJson.Default.PinEnvironment, ApiJson.Default.EnvironmentView, cancellationToken);
        return answer.Is(out var environment, out var failure)
            ? call.Done(environment, ApiJson.Default.EnvironmentView, output => output.WriteLine(Terminal.Clean(Words(environment))))
            : call.Fail(failure);
    }

    private static string Words(EnvironmentView e) =>
        $"{e.Application}/{e.Name} is pinned to {e.Pin?.Version} by {e.Pin?.Owner}: {e.Pin?.Reason}{(e.Pin?.ExpiresAt is { } at ? $" (until {at:u})" : "")}";
}
