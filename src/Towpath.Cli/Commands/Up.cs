using Towpath.Cli.CommandLine;
using Towpath.Cli.Hosting;
using Towpath.Cli.Output;
using Towpath.Server;
using Towpath.Server.Features.Configuration;

namespace Towpath.Cli.Commands;

/// <summary>Runs the control plane with its dashboard until it is told to stop.</summary>
internal sealed class Up : Verb
{
    private readonly UpOptions _options = new();

    public Up()
        : base("up", "run the control plane with its dashboard") => _options.AddTo(this);

    public override IReadOnlyList<string> Examples =>
    [
        "towpath up",
        "towpath up --config /etc/towpath/towpath.yaml --data /var/lib/towpath",
        "towpath up --apps delivery --urls http://127.0.0.1:9000",
    ];

    public override string JsonValue => "once it listens: urls, login_url (at the first start), token_file, problems of the configuration; the log goes to stderr";

    protected override async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        if (!UpSettings.Of(call, _options).Is(out var settings, out var failure) || !settings.WithSecrets().Is(out settings, out failure)) return call.Fail(failure);
        var started = await new ControlPlane(settings, call.Time).StartAsync(cancellationToken);
        if (!started.Is(out var server, out failure)) return call.Fail(failure);
        await using (server)
        {
            Greet(call, settings, server);
            await server.WaitAsync(cancellationToken);
            call.Terminal.Progress("stopping: steps on their way are brought to their end or handed over");
        }

        return ExitCodes.Done;
    }

    private static void Greet(Call call, UpSettings settings, RunningServer server)
    {
        var problems = server.Services.GetRequiredService<ConfigurationProblems>().All;
        foreach (var problem in problems) call.Terminal.Warn(problem.ToString());
        var view = new UpView(server.Started.Urls, server.Started.LoginUrl, File.Exists(settings.TokenFile) ? settings.TokenFile : null, problems);
        if (call.Terminal.Json) call.Done(view, CliJson.Default.UpView, _ => { });
        call.Terminal.Progress($"Towpath {Product.Version} listens on {string.Join(", ", view.Urls)}");
        call.Terminal.Progress($"specs: {settings.Operator.ConfigFolder}   data: {settings.DataFolder}");
        if (view.LoginUrl is null) return;
        call.Terminal.Progress($"first start: log in once, within an hour, at {view.LoginUrl}");
        call.Terminal.Progress($"commands in this folder act as administrator with the token in {settings.TokenFile}");
    }
}
