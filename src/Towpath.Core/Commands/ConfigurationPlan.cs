using Towpath.Core.Applications;

namespace Towpath.Core.Commands;

/// <summary>What a pull request would make of the configuration.</summary>
public sealed record ConfigurationPlan
{
    public static ConfigurationPlan TooLarge { get; } = new() { IsTooLarge = true };

    /// <summary>There is more than is read of a fork, so that nobody knows.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>What keeps it from being taken up; then nothing would change.</summary>
    public IReadOnlyList<SpecError> Errors { get; init; } = [];

    public IReadOnlyList<ConfigurationDifference.Changed> Changes { get; init; } = [];

    /// <summary>What has to be said besides.</summary>
    public IReadOnlyList<PlanNote> Notes { get; init; } = [];

    public static ConfigurationPlan Wrong(IReadOnlyList<SpecError> errors) => new() { Errors = errors };

    /// <summary>One of all: what is wrong with one of them keeps only that one out, and is what has to be told first.</summary>
    public static ConfigurationPlan Of(IReadOnlyCollection<ConfigurationPlan> plans) => new()
    {
        IsTooLarge = plans.Any(plan => plan.IsTooLarge),
        Errors = [.. plans.SelectMany(plan => plan.Errors)],
        Changes = [.. plans.SelectMany(plan => plan.Changes)],
        Notes = [.. plans.SelectMany(plan => plan.Notes)],
    };
}

/// <param name="Text">A sentence without its full stop.</param>
/// <param name="Place">Such as <c>.github/deploy.yml:3</c>; null where it is about all.</param>
public sealed record PlanNote(string Text, string? Place = null);
