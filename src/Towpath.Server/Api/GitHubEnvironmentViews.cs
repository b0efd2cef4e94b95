using Towpath.Core.GitHubEnvironments;

namespace Towpath.Server.Api;

/// <summary>What it takes to make GitHub's environments match an application's spec, or what was done to that end.</summary>
/// <param name="Application">The slug.</param>
/// <param name="Applied">False for a plan, which changes nothing.</param>
/// <param name="Environments">In the order of the spec.</param>
public sealed record GitHubEnvironmentsView(string Application, bool Applied, IReadOnlyList<GitHubEnvironmentView> Environments);

/// <summary>One environment.</summary>
public sealed record GitHubEnvironmentView
{
    public required string Environment { get; init; }

    /// <summary>Where it is, as <c>owner/name</c>; null where no spec says.</summary>
    public string? Repository { get; init; }

    /// <summary>GitHub's name of it.</summary>
    public string? Name { get; init; }

    /// <summary>What differs; empty where it matches.</summary>
    public IReadOnlyList<GitHubEnvironmentLine> Lines { get; init; } = [];

    /// <summary>What GitHub could not take, and what to change; with any, nothing is applied here.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>What is left as it is, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The lines were applied.</summary>
    public bool Done { get; init; }

    /// <summary>Why it could not be read or changed.</summary>
    public string? Problem { get; init; }
}

/// <param name="Mark"><c>add</c>, <c>change</c> or <c>remove</c>.</param>
/// <param name="Text">To what, with what was found and what is wanted.</param>
/// <param name="Loosens">Somebody may do more after it than before.</param>
public sealed record GitHubEnvironmentLine(string Mark, string Text, bool Loosens)
{
    public static GitHubEnvironmentLine Of(EnvironmentLine line) =>
        new(line.Mark switch { PlanMark.Add => "add", PlanMark.Change => "change", PlanMark.Remove => "remove" }, line.Text, line.Loosens);
}
