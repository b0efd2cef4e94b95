using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Cli.Standalone;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Takes over what runs already as the known good state, in the control plane or in the journal of <c>towpath deploy</c>.</summary>
internal sealed class Adopt : ServerVerb
{
    private readonly Argument<string> _application = Parameters.Application();
    private readonly Option<string> _environment = Parameters.Environment();
    private readonly Option<string> _version = Parameters.Text("--version", "LABEL", "the label of what runs (default: the one that the target has, or that it was reported under)");
    private readonly Option<bool> _standalone = new("--standalone") { Description = "without a control plane: into the journal of `towpath deploy` (also where none is configured here)" };
    private readonly Option<string> _specs = Parameters.Specs();
    private readonly Option<string> _journal = Parameters.Journal();

    public Adopt()
        : base("adopt", "take over what runs already as the known good state; deploys nothing")
    {
        Arguments.Add(_application);
        Option[] options = [_environment, _version, _standalone, _specs, _journal];
        for (var i = 0; i < options.Length; i++) Options.Insert(i, options[i]);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "towpath adopt web --env production",
        "towpath adopt web --env production --version v1.4.1",
        "towpath adopt web --env dev --standalone",
    ];

    public override string JsonValue => "application, environment, version, digest, since, seen, already, deployment, and without a control plane journal";

    protected override bool WorksAlone(Call call, Connection connection)
    {
        if (call.Get(_standalone)) return true;
        if (!connection.IsConfigured) call.Terminal.Hint("no control plane is configured here (--url, TOWPATH_URL, towpath.yaml): it is written into the journal of `towpath deploy`, as with --standalone");
        return !connection.IsConfigured;
    }

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        var path = $"applications/{Escape(call.Get(_application))}/environments/{Escape(call.Get(_environment))}/adopt";
        var answer = await api.PostAsync(path, new AdoptEnvironment(call.Get(_version)), ApiJson.Default.AdoptEnvironment, ApiJson.Default.AdoptionView, cancellationToken);
        return answer.Is(out var adopted, out var failure) ? Done(call, new AdoptedView(adopted, null)) : call.Fail(failure);
    }

    protected override async Task<int> RunAloneAsync(Call call, CancellationToken cancellationToken)
    {
        if (!SpecPlace.Find(call.Get(_specs), call.Get(_application)!).Is(out var place, out var failure)) return call.Fail(failure);
        if (!place.FindEnvironment(call.Get(_environment)!).Is(out var environment, out failure)) return call.Fail(failure);
        await using var services = LocalTargets.Provide(place.Settings, TrustedLimits.Of(place.Settings, environment), place.Application.Repository, environment);
        var adoption = new StandaloneAdoption(place.Application, environment, services, call.Time);
        var answer = await adoption.RunAsync(Parameters.JournalFolder(call.Get(_journal)), call.Get(_version), cancellationToken);
        return answer.Is(out var adopted, out failure) ? Done(call, adopted) : call.Fail(failure);
    }

    private static int Done(Call call, AdoptedView view) => call.Done(view, CliJson.Default.AdoptedView, output =>
    {
        var what = view.Already ? "is the known good state already" : call.Terminal.Paint.Green("adopted as the known good state");
        output.WriteLine($"{view.Application}/{view.Environment} {Terminal.Clean(view.Version)} ({view.Digest.Short}): {what}");
        output.WriteLine($"  {Terminal.Clean(view.Seen)}, since {view.Since.UtcDateTime:u} ({Ages.Of(view.Since, call.Time.GetUtcNow())})");
    });
}
