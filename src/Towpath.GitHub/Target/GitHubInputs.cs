using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Targets;

namespace Towpath.GitHub.Target;

/// <summary>What the steps of one deployment are told, all of it fixed when its plan was made.</summary>
internal sealed record GitHubInputs
{
    /// <summary>As <c>owner/name</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>Which one that is, where the spec said it.</summary>
    public RepositoryIds? Ids { get; init; }

    /// <summary>Whether it is the application's own.</summary>
    public bool IsOwn { get; init; }
    public required string Environment { get; init; }

    /// <summary>The commit that was decided on.</summary>
    public required string Sha { get; init; }

    /// <summary>What GitHub is told to deploy: the commit, or a branch that GitHub is to merge into first; of a workflow, where its file is taken from.</summary>
    public required string Ref { get; init; }
    public required TimeSpan Within { get; init; }
    public string? Workflow { get; init; }
    public IReadOnlyDictionary<string, string> Given { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
    public bool AutoMerge { get; init; }
    public bool IsProduction { get; init; }
    public bool IsTransient { get; init; }
    public string Task { get; init; } = "";
    public string Description { get; init; } = "";

    /// <summary>With the target's name in it.</summary>
    public JsonObject Payload { get; init; } = [];

    public JsonObject ToJson() => new()
    {
        ["repository"] = Repository,
        ["ids"] = Ids is null ? null : new JsonObject { ["repository"] = Ids.Repository, ["owner"] = Ids.Owner },
        ["own"] = IsOwn,
        ["environment"] = Environment,
        ["sha"] = Sha,
        ["ref"] = Ref,
        ["within"] = (long)Within.TotalSeconds,
        ["workflow"] = Workflow,
        ["given"] = Settings.ToJson(Given),
        ["auto_merge"] = AutoMerge,
        ["production"] = IsProduction,
        ["transient"] = IsTransient,
        ["task"] = Task,
        ["description"] = Description,
        ["payload"] = Payload.DeepClone(),
    };

    public static GitHubInputs Read(JsonObject inputs) => new()
    {
        Repository = Settings.RequiredText(inputs, "repository"),
        Ids = GitHubTargetSettings.IdsOf(inputs),
        IsOwn = Settings.Text(inputs, "own") is "true",
        Environment = Settings.RequiredText(inputs, "environment"),
        Sha = Settings.RequiredText(inputs, "sha"),
        Ref = Settings.RequiredText(inputs, "ref"),
        Within = Settings.Seconds(inputs, "within", TimeSpan.FromHours(1)),
        Workflow = Settings.Text(inputs, "workflow"),
        Given = Settings.Map(inputs, "given"),
        AutoMerge = Settings.Text(inputs, "auto_merge") is "true",
        IsProduction = Settings.Text(inputs, "production") is "true",
        IsTransient = Settings.Text(inputs, "transient") is "true",
        Task = Settings.Text(inputs, "task") ?? "",
        Description = Settings.Text(inputs, "description") ?? "",
        Payload = inputs["payload"] as JsonObject ?? [],
    };
}
