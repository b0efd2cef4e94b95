namespace Towpath.Core.Commands;

/// <summary>How one command is written, for reading it and for <c>/help</c>.</summary>
/// <param name="Verb">What it does.</param>
/// <param name="Usage">As a person writes it.</param>
/// <param name="Meaning">One sentence.</param>
public sealed record CommandForm(CommandVerb Verb, string Usage, string Meaning)
{
    public string Name => Usage.Split(' ')[0];

    public bool TakesPlace => Usage.Contains("ENV", StringComparison.Ordinal);

    public bool NeedsPlace => TakesPlace && !Usage.Contains("[ENV]", StringComparison.Ordinal);
}

/// <summary>All commands, in the order of <c>/help</c>.</summary>
public static class CommandForms
{
    public static IReadOnlyList<CommandForm> All { get; } =
    [
        new(CommandVerb.Deploy, "/deploy ENV", "Deploys this pull request's commit to an environment."),
        new(CommandVerb.Promote, "/promote ENV [VERSION]", "Asks that a version go to an environment; without one, the newest that may."),
        new(CommandVerb.Rollback, "/rollback ENV [VERSION]", "Goes back to an earlier version; without one, to the last that was good."),
        new(CommandVerb.Lock, "/lock ENV [for 2h] REASON", "Holds an environment still, until it is unlocked or the time is over."),
        new(CommandVerb.Unlock, "/unlock ENV", "Lets it go on."),
        new(CommandVerb.Status, "/status [ENV]", "Says what runs where and what waits for what."),
        new(CommandVerb.Help, "/help", "Shows this."),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(form => form.Name[1..])];

    /// <param name="name">Without the slash; case matters.</param>
    public static CommandForm? Find(string name) => All.FirstOrDefault(form => string.Equals(form.Name.AsSpan(1).ToString(), name, StringComparison.Ordinal));
}
