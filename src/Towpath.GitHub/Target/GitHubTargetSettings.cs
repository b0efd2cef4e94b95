using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Targets;

namespace Towpath.GitHub.Target;

/// <summary>The settings of a <c>github</c> target.</summary>
public sealed partial record GitHubTargetSettings
{
    public const string Kind = "github";

    /// <summary>What <c>inputs</c> may fill in.</summary>
    public static IReadOnlyList<string> Placeholders { get; } = ["slug", "environment", "version", "sha", "short_sha", "digest", "artifact", "branch", "tag"];

    private static readonly TimeSpan UsuallyWithin = TimeSpan.FromHours(1);

    public static Rule.Mapping Grammar { get; } = new(
        new Key("repository", Texts.Repository, "Where it is deployed from; the application's own if left out. Another one must be in the same project of the operator's."),
        new Key("ids", ApplicationGrammar.IdsRule, "With `repository`: GitHub's ids of it and its owner. Default: those that the name had when it was seen first."),
        new Key("environment", new Rule.Text(Expected: "a name of at most 255 characters") { Accepts = text => text.Length <= 255 }, "GitHub's environment. Default: the environment's own name."),
        new Key("workflow", new Rule.Text(Expected: "the file name of a workflow, such as deploy.yaml") { Accepts = text => WorkflowFile().IsMatch(text) }, "A workflow that is dispatched and followed. Without it a GitHub Deployment is created, and whoever listens to those does the work."),
        new Key("ref", new Rule.Text(Expected: "a branch or tag") { Accepts = text => text.Length <= 255 && !text.Any(char.IsWhiteSpace) }, "With `workflow`: where its file is taken from. Default: the repository's default branch."),
        new Key("inputs", new Rule.MapOf(new Rule.Text { Placeholders = Placeholders, MayBeEmpty = true }), "With `workflow`: what it is given besides `towpath_id`. Default: `application`, `environment`, `version` and `sha`."),
        new Key("within", new Rule.Duration(), "How long the outcome may take. Default `1h`."),
        new Key("name", Texts.Any, "What the payload calls the target. Default: the environment's own name."),
        new Key("production_environment", new Rule.Toggle(), "Whether people use it. Default: whether GitHub's environment is called `production`."),
        new Key("transient_environment", new Rule.Toggle(), "Whether it will be gone at some time. Default: whether it is a preview."),
        new Key("auto_merge", new Rule.Toggle(), "Whether GitHub merges the default branch into the branch first, in which case nothing is deployed yet. Default `false`."),
        new Key("task", Texts.Any, "What the deployment is for. Default `deploy`."),
        new Key("description", Texts.Any, "A short description."),
        new Key("payload", new Rule.MapOf(new Rule.Anything()), "What the listener is told besides."));

    private static readonly string[] OfWorkflows = ["ref", "inputs"];
    private static readonly string[] OfDeployments = ["name", "production_environment", "transient_environment", "auto_merge", "task", "description", "payload"];

    public string? Repository { get; init; }

    /// <summary>Which one is meant by <see cref="Repository"/>.</summary>
    public RepositoryIds? Ids { get; init; }
    public string? Environment { get; init; }
    public string? Workflow { get; init; }
    public string? Ref { get; init; }
    public IReadOnlyDictionary<string, string>? Inputs { get; init; }
    public required TimeSpan Within { get; init; }
    public string? Name { get; init; }
    public bool? IsProduction { get; init; }
    public bool? IsTransient { get; init; }
    public bool AutoMerge { get; init; }
    public required string Task { get; init; }
    public string? Description { get; init; }
    public required JsonObject Payload { get; init; }

    /// <summary>Keys that do not belong together.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public static GitHubTargetSettings Read(TargetSpec target)
    {
        var settings = target.Settings;
        var workflow = Settings.Text(settings, "workflow");
        return new GitHubTargetSettings
        {
            Repository = Settings.Text(settings, "repository"),
            Ids = IdsOf(settings),
            Environment = Settings.Text(settings, "environment") is { Length: > 0 } environment ? environment : null,
            Workflow = workflow,
            Ref = Settings.Text(settings, "ref"),
            Inputs = settings["inputs"] is JsonObject ? Settings.Map(settings, "inputs") : null,
            Within = Settings.Seconds(settings, "within", UsuallyWithin),
            Name = Settings.Text(settings, "name"),
            IsProduction = Flag(settings, "production_environment"),
            IsTransient = Flag(settings, "transient_environment"),
            AutoMerge = Flag(settings, "auto_merge") ?? false,
            Task = Settings.Text(settings, "task") is { Length: > 0 } task ? task : "deploy",
            Description = Settings.Text(settings, "description"),
            Payload = settings["payload"] is JsonObject payload ? (JsonObject)payload.DeepClone() : [],
            Problems = [.. Unnamed(settings), .. (workflow is null ? OfWorkflows : OfDeployments).Where(settings.ContainsKey).Select(key => workflow is null
                ? $"`{key}` says how a workflow is dispatched: name the `workflow`, or leave it out"
                : $"`{key}` is told with GitHub Deployments, and a `workflow` is dispatched without one: leave one of both out")],
        };
    }

    internal static RepositoryIds? IdsOf(JsonObject settings) =>
        settings["ids"] is JsonObject ids && Settings.Number(ids, "repository") is { } repository && Settings.Number(ids, "owner") is { } owner ? new RepositoryIds(repository, owner) : null;

    private static string[] Unnamed(JsonObject settings) => settings.ContainsKey("ids") && !settings.ContainsKey("repository")
        ? ["`ids` says which repository `repository` is: name it as well; the application's own is told apart by `builds.ids`"]
        : [];

    private static bool? Flag(JsonObject settings, string key) => Settings.Text(settings, key) switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.ya?ml\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WorkflowFile();
}
