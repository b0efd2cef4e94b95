using Towpath.Core.Applications;

namespace Towpath.Core.Operators;

/// <summary>A repository that <c>config</c> of <c>towpath.yaml</c> names: where <c>organization.yaml</c> and <c>apps/</c> come from, or an application's <c>.github/deploy.yml</c>.</summary>
/// <param name="Repository">As <c>owner/name</c>.</param>
public sealed record ConfigurationRepository(string Repository)
{
    /// <summary>The branch; null for the repository's default branch.</summary>
    public string? Branch { get; init; }

    /// <summary>The repository, where the operator says it by GitHub's ids; null where GitHub is asked, once.</summary>
    public RepositoryIds? Ids { get; init; }

    /// <summary>It is one of an application's, by <c>config.deliverybot</c>.</summary>
    public bool IsOfApplication { get; init; }

    /// <summary>It is read although nothing on GitHub keeps people from pushing to the branch.</summary>
    public bool Unprotected { get; init; }
}
