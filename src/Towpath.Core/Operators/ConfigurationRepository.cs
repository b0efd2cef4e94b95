using Towpath.Core.Applications;

namespace Towpath.Core.Operators;

/// <summary>Where <c>organization.yaml</c> and <c>apps/</c> come from, where that is a repository: <c>config</c> of <c>towpath.yaml</c>.</summary>
/// <param name="Repository">As <c>owner/name</c>.</param>
public sealed record ConfigurationRepository(string Repository)
{
    /// <summary>The branch; null for the repository's default branch.</summary>
    public string? Branch { get; init; }

    /// <summary>The repository, where the operator says it by GitHub's ids; null where GitHub is asked, once.</summary>
    public RepositoryIds? Ids { get; init; }

    /// <summary>It is read although nothing on GitHub keeps people from pushing to the branch.</summary>
    public bool Unprotected { get; init; }
}
