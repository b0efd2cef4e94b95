namespace Towpath.Core.Artifacts;

/// <summary>The run of GitHub Actions that reported a build. Nothing of it is the report's word: the run's token said it, and GitHub signed that.</summary>
public sealed record BuildRun
{
    /// <summary>GitHub's id of the run.</summary>
    public required long Id { get; init; }

    /// <summary>1 for the first try of the run.</summary>
    public required int Attempt { get; init; }

    public required long RepositoryId { get; init; }

    /// <summary><c>owner/name</c> at that time.</summary>
    public required string Repository { get; init; }

    /// <summary>The workflow's file, such as <c>.github/workflows/build.yml</c>.</summary>
    public required string Workflow { get; init; }

    /// <summary>What started the run, such as <c>push</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The full ref, such as <c>refs/heads/main</c>.</summary>
    public required string Ref { get; init; }

    /// <summary>The login of whoever caused it.</summary>
    public required string Actor { get; init; }
}
