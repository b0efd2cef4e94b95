using System.CommandLine;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Cli.Standalone;
using Towpath.Core.Applications;
using Towpath.Core.Deliverybot;

namespace Towpath.Cli.Commands;

/// <summary>Checks specs, offline.</summary>
internal sealed class Validate : Verb
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = $"folders with organization.yaml and apps/, single specs, or a Deliverybot file, {DeliverybotReader.FileName} (default: what towpath.yaml names, else this folder)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _expanded = new("--expanded") { Description = "print the specs with the defaults merged in" };

    private readonly Option<bool> _deliverybot = new("--deliverybot") { Description = $"take the files for Deliverybot files, whatever they are called (default: {DeliverybotReader.FileName}), and folders for repositories that have one" };

    public Validate()
        : base("validate", "check specs and Deliverybot files, offline; reports every error with file, line and column")
    {
        Arguments.Add(_paths);
        Options.Add(_expanded);
        Options.Add(_deliverybot);
    }

    public override IReadOnlyList<string> Examples => ["towpath validate", "towpath validate delivery/", "towpath validate apps/web.yaml --expanded", $"towpath validate {DeliverybotReader.FileName}"];

    public override string JsonValue =>
        "ok, applications (slugs), errors [{file, line, column, code, message}], with --expanded the merged specs as YAML by slug, and for Deliverybot files deliverybot [{file, environments [{name, target, preview, auto_deploy, required_checks, github_environment}], notes [{line, code, message}]}]";

    protected override Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var given = call.Get(_paths) is { Length: > 0 } some ? some : ["."];
        var paths = call.Get(_deliverybot) ? [.. given.Select(InRepository)] : given;
        if (paths.FirstOrDefault(p => !Path.Exists(p)) is { } missing)
            return Task.FromResult(call.Fail(new Failure(ExitCodes.Wrong, "no_such_path", $"there is no file or folder {missing}", call.Get(_deliverybot) ? $"name a Deliverybot file, or a folder with {DeliverybotReader.FileName}" : "name a folder with apps/, or a spec in it")));
        var theirs = paths.Where(p => File.Exists(p) && (call.Get(_deliverybot) || DeliverybotCheck.Knows(p))).ToList();
        var own = paths.Except(theirs, StringComparer.Ordinal).ToList();
        if (own.Find(p => File.Exists(p) && !SpecCheck.Knows(p)) is { } other)
            return Task.FromResult(call.Fail(new Failure(
                ExitCodes.Wrong, "no_spec", $"{other} is none of the files that Towpath reads", $"specs are apps/<name>.yaml, beside organization.yaml and towpath.yaml: move it there. Is it a file of Deliverybot? Add --deliverybot")));
        SpecCheck[] checks = [.. own.Select(SpecCheck.Of)];
        DeliverybotCheck[] files = [.. theirs.Select(DeliverybotCheck.Of)];
        SpecError[] errors = [.. checks.SelectMany(c => c.Errors), .. files.SelectMany(c => c.Errors)];
        var view = new ValidationView(
            errors.Length == 0, [.. checks.SelectMany(c => c.Applications)], errors,
            call.Get(_expanded) ? checks.SelectMany(c => c.Expanded).ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal) : null)
        {
            Deliverybot = files.Length == 0 ? null : [.. files.Select(c => c.File).OfType<DeliverybotFileView>()],
        };
        if (own.Count > 0 && view is { Ok: true, Applications.Count: 0 }) call.Terminal.Hint(NoSpecs(own));
        return Task.FromResult(Report(call, view));
    }

    private static string InRepository(string path) => Directory.Exists(path) ? Path.Join(path == "." ? "" : path, DeliverybotReader.FileName) : path;

    private static string NoSpecs(IReadOnlyList<string> paths) => paths.Select(InRepository).FirstOrDefault(File.Exists) is { } file
        ? $"there are no specs here, but a Deliverybot file: towpath validate {file}"
        : "there are no specs here: they are apps/<name>.yaml (docs/how-to/write-an-app-spec.md)";

    private static int Report(Call call, ValidationView view)
    {
        if (!view.Ok && !call.Terminal.Json)
            return call.Fail(new Failure(ExitCodes.Wrong, "invalid_specs", view.Errors.Count == 1 ? "1 error" : $"{view.Errors.Count} errors") { Errors = view.Errors });
        if (!call.Terminal.Json)
            foreach (var file in view.Deliverybot ?? [])
                foreach (var note in file.Notes) call.Terminal.Hint($"{file.File}:{note.Line}: {note.Message} [{note.Code}]");
        return call.Done(view, CliJson.Default.ValidationView, output => Write(output, view), view.Ok ? ExitCodes.Done : ExitCodes.Wrong);
    }

    private static void Write(TextWriter output, ValidationView view)
    {
        foreach (var (name, text) in view.Expanded ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            output.WriteLine($"--- # {name}");
            output.Write(text);
        }

        foreach (var file in view.Deliverybot ?? []) Write(output, file);
        if (view.Expanded is null && (view.Deliverybot is null || view.Applications.Count > 0))
            output.WriteLine(view.Applications.Count == 1 ? "1 application is valid" : $"{view.Applications.Count} applications are valid");
    }

    private static void Write(TextWriter output, DeliverybotFileView file)
    {
        output.WriteLine(file.Environments.Count == 0 ? $"{file.File} is valid; it has no targets, so there is no application by it" : $"{file.File} is valid; its targets become:");
        foreach (var one in file.Environments)
            output.WriteLine(Terminal.Clean(
                $"  {(one.Preview ? "preview" : "environment")} {one.Name}: auto_deploy: {one.AutoDeploy}; required_checks: {one.RequiredChecks}; GitHub's environment: {one.GitHubEnvironment}"));
    }
}
