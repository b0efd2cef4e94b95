using System.CommandLine;
using Towpath.Cli.Client;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Output;
using Towpath.Server.Api;

namespace Towpath.Cli.Commands;

/// <summary>Shows what it takes to make GitHub's environments match the app specs, or makes them match.</summary>
internal sealed class GitHubEnvironmentsVerb : ServerVerb
{
    private readonly Argument<string?> _application = new("APPLICATION") { Description = "only this one (default: all that have a repository)", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _plan = new("--plan") { Description = "only show what would change (default)" };
    private readonly Option<bool> _apply = new("--apply") { Description = "make it so; for administrators" };

    public GitHubEnvironmentsVerb()
        : base("environments", "make GitHub's environments match the specs: reviewers, branches and tags, and Towpath's protection rule")
    {
        Arguments.Add(_application);
        Options.Insert(0, _plan);
        Options.Insert(1, _apply);
    }

    public override IReadOnlyList<string> Examples =>
        ["towpath github environments --plan", "towpath github environments web --plan --json", "towpath github environments web --apply"];

    public override string JsonValue =>
        "applications: application, applied, environments: environment, repository, name, lines: mark (add, change, remove), text, loosens; refused, notes, done, problem";

    protected override async Task<int> RunAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        if (call.Get(_plan) && call.Get(_apply)) return call.Fail(new Failure(ExitCodes.Wrong, "bad_call", "--plan and --apply exclude each other", "look with --plan first, then call again with --apply"));
        if (!(await NamesAsync(call, api, cancellationToken)).Is(out var names, out var failure)) return call.Fail(failure);
        var matched = new List<GitHubEnvironmentsView>();
        foreach (var name in names)
        {
            var path = $"applications/{Escape(name)}/github-environments";
            var answer = call.Get(_apply)
                ? await api.PostAsync(path, ApiJson.Default.GitHubEnvironmentsView, cancellationToken)
                : await api.GetAsync(path, ApiJson.Default.GitHubEnvironmentsView, cancellationToken);
            if (!answer.Is(out var view, out failure)) return call.Fail(failure);
            matched.Add(view);
        }

        return call.Done(new MatchedEnvironments(matched), CliJson.Default.MatchedEnvironments, output => new MatchedText(call.Terminal.Paint).Write(output, matched), ExitCodeOf(matched));
    }

    private async Task<Answer<IReadOnlyList<string>>> NamesAsync(Call call, ApiClient api, CancellationToken cancellationToken)
    {
        if (call.Get(_application) is { } one) return new Answer<IReadOnlyList<string>>([one], null);
        var answer = await api.GetAsync("applications", ApiJson.Default.ApplicationList, cancellationToken);
        return answer.Is(out var list, out var failure)
            ? new Answer<IReadOnlyList<string>>([.. list.Applications.Where(application => application.Repository is not null).Select(application => application.Name)], null)
            : new Answer<IReadOnlyList<string>>(null, failure);
    }

    private static int ExitCodeOf(List<GitHubEnvironmentsView> matched)
    {
        var environments = matched.SelectMany(application => application.Environments).ToList();
        return environments.Exists(environment => environment.Problem is not null) ? ExitCodes.Technical
            : environments.Exists(environment => environment.Refused.Count > 0) ? ExitCodes.Wrong
            : ExitCodes.Done;
    }
}

file sealed class MatchedText(Paint paint)
{
    public void Write(TextWriter output, IReadOnlyList<GitHubEnvironmentsView> matched)
    {
        foreach (var application in matched)
            foreach (var environment in application.Environments) Write(output, application, environment);
        output.WriteLine(Sum(matched));
    }

    private void Write(TextWriter output, GitHubEnvironmentsView application, GitHubEnvironmentView environment)
    {
        var there = environment is { Repository: { } repository, Name: { } name } ? $": {name} of {repository}" : "";
        output.WriteLine(Terminal.Clean($"{application.Application}/{environment.Environment}{there}{(IsSame(environment) ? ": matches" : environment.Done ? ": done" : "")}"));
        foreach (var line in environment.Lines) output.WriteLine($"  {Sign(line.Mark)} {Terminal.Clean(line.Text)}{(line.Loosens ? paint.Yellow(" (loosens)") : "")}");
        foreach (var refused in environment.Refused) output.WriteLine($"  {paint.Red("refused:")} {Terminal.Clean(refused)}");
        if (environment.Problem is { } problem) output.WriteLine($"  {paint.Red("problem:")} {Terminal.Clean(problem)}");
        foreach (var note in environment.Notes) output.WriteLine($"  note: {Terminal.Clean(note)}");
    }

    private static bool IsSame(GitHubEnvironmentView environment) => environment is { Name: not null, Problem: null, Lines.Count: 0, Refused.Count: 0 };

    private static string Sign(string mark) => mark switch { "add" => "+", "remove" => "-", _ => "~" };

    private static string Sum(IReadOnlyList<GitHubEnvironmentsView> matched)
    {
        var all = matched.SelectMany(application => application.Environments).ToList();
        var (done, bad) = (all.Count(environment => environment.Done), all.Count(environment => environment.Problem is not null || environment.Refused.Count > 0));
        var todo = all.Count(environment => environment is { Done: false, Problem: null, Refused.Count: 0, Lines.Count: > 0 });
        if (bad > 0) return $"{done} done, {bad} not possible as things are; mend what is said there, then call again: what is done stays done";
        if (done > 0) return $"{done} done";
        return todo == 0 ? "nothing to do" : $"{todo} to do; call again with --apply";
    }
}
