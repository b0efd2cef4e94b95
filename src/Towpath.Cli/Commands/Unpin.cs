using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Lets other versions in again; what waited for it goes on.</summary>
internal sealed class Unpin : ServerVerb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Environment();

    public Unpin()
        : base("unpin", "let other versions into an environment again; what waited for it goes on")
    {
        Arguments.Add(_application);
        Options.Insert(0, _environment);
    }

    public override IReadOnlyList<string> Examples => ["towpath unpin web --env production"];

    public override string JsonValue => "the environment: running, health, active, waiting";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var answer = await api.DeleteAsync(
            $"applications/{Escape(call.Get(_application))}/environments/{Escape(call.Get(_environment))}/pin", ApiJson.Default.EnvironmentView, cancellationToken);
        return answer.Is(out var environment, out var failure)
            ? call.Done(environment, ApiJson.Default.EnvironmentView, output => output.WriteLine($"{environment.Application}/{environment.Name} is not pinned"))
            : call.Fail(failure);
    }
}
