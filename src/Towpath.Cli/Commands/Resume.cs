using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Lets automatic promotion go on after a rollback had suspended it.</summary>
internal sealed class Resume : ServerVerb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Environment();

    public Resume()
        : base("resume", "let automatic promotion go on that a rollback had suspended")
    {
        Arguments.Add(_application);
        Options.Insert(0, _environment);
    }

    public override IReadOnlyList<string> Examples => ["towpath resume web --env dev"];

    public override string JsonValue => "the environment: running, health, active, waiting";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var answer = await api.DeleteAsync(
            $"applications/{Escape(call.Get(_application))}/environments/{Escape(call.Get(_environment))}/suspension", ApiJson.Default.EnvironmentView, cancellationToken);
        return answer.Is(out var environment, out var failure)
            ? call.Done(environment, ApiJson.Default.EnvironmentView, output => output.WriteLine($"automatic promotion to {environment.Application}/{environment.Name} goes on"))
            : call.Fail(failure);
    }
}
