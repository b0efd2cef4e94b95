using System.CommandLine;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Cli.Standalone;

namespace Towpath.Cli.Commands;

/// <summary>Checks specs, offline.</summary>
internal sealed class Validate : Verb
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "folders with organization.yaml and apps/, or single specs (default: what towpath.yaml names, else this folder)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _expanded = new("--expanded") { Description = "print the specs with the defaults merged in" };

    public Validate()
        : base("validate", "check specs, offline; reports every error with file, line and column")
    {
        Arguments.Add(_paths);
        Options.Add(_expanded);
    }

    public override IReadOnlyList<string> Examples => ["towpath validate", "towpath validate delivery/", "towpath validate apps/web.yaml --expanded"];

    public override string JsonValue => "ok, applications (slugs), errors [{file, line, column, code, message}], and with --expanded the merged specs as YAML by slug";

    protected override Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var paths = call.Get(_paths) is { Length: > 0 } given ? given : ["."];
        if (paths.FirstOrDefault(p => !Path.Exists(p)) is { } missing)
            return Task.FromResult(call.Fail(new Failure(ExitCodes.Wrong, "no_such_path", $"there is no file or folder {missing}", "name a folder with apps/, or a spec in it")));
        if (paths.FirstOrDefault(p => File.Exists(p) && !SpecCheck.Knows(p)) is { } other)
            return Task.FromResult(call.Fail(new Failure(
                ExitCodes.Wrong, "no_spec", $"{other} is none of the files that Towpath reads", "specs are apps/<name>.yaml, beside organization.yaml and towpath.yaml: move it there")));
        SpecCheck[] checks = [.. paths.Select(SpecCheck.Of)];
        var view = new ValidationView(
            checks.All(c => c.Errors.Count == 0), [.. checks.SelectMany(c => c.Applications)], [.. checks.SelectMany(c => c.Errors)],
            call.Get(_expanded) ? checks.SelectMany(c => c.Expanded).ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal) : null);
        return Task.FromResult(Report(call, view));
    }

    private static int Report(Call call, ValidationView view)
    {
        if (!view.Ok && !call.Terminal.Json)
            return call.Fail(new Failure(ExitCodes.Wrong, "invalid_specs", view.Errors.Count == 1 ? "1 error" : $"{view.Errors.Count} errors") { Errors = view.Errors });
        if (view.Applications.Count == 0) call.Terminal.Hint("there are no specs here: they are apps/<name>.yaml (docs/how-to/write-an-app-spec.md)");
        return call.Done(view, CliJson.Default.ValidationView, output => Write(output, view), view.Ok ? ExitCodes.Done : ExitCodes.Wrong);
    }

    private static void Write(TextWriter output, ValidationView view)
    {
        foreach (var (name, text) in view.Expanded ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            output.WriteLine($"--- # {name}");
            output.Write(text);
        }

        if (view.Expanded is null) output.WriteLine(view.Applications.Count == 1 ? "1 application is valid" : $"{view.Applications.Count} applications are valid");
    }
}
