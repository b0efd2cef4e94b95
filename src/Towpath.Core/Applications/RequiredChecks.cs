namespace Towpath.Core.Applications;

/// <summary>Which checks of GitHub must have passed for the commit before it goes to an environment. Where a spec says nothing, none are asked about.</summary>
/// <param name="Names">Names of check runs or contexts of commit statuses; empty means every check that is known for the commit, and at least one.</param>
public sealed record RequiredChecks(IReadOnlyList<string> Names)
{
    /// <summary>Every check that is known for the commit, and at least one must have succeeded.</summary>
    public static RequiredChecks Every { get; } = new([]);

    public bool IsEvery => Names.Count == 0;
}
