using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Takes the lock off; what waited for it goes on.</summary>
internal sealed class Unlock : ServerVerb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Environment();

    public Unlock()
        : base("unlock", "take the lock off an environment; what waited for it goes on")
    {
        Arguments.Add(_application);
        Options.Insert(0, _environment);
    }

    public override IReadOnlyList<string> Examples => ["towpath unlock web --env staging"];

    public override string JsonValue => "the environment: running, health, active, waiting";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var answer = await api.DeleteAsync(
            $"applications/{Escape(call.Get(_application))}/environments/{Escape(call.Get(_environment))}/lock", ApiJson.Default.EnvironmentView, cancellationToken);
        return answer.Is(out var environment, out var failure)
            ? call.Done(environment, ApiJson.Default.EnvironmentView, output => output.WriteLine($"{environment.Application}/{environment.Name} is not locked"))
            : call.Fail(failure);
    }
}
