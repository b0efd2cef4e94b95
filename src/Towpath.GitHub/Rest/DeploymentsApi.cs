using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core;
using Towpath.GitHub.Calling;

namespace Towpath.GitHub.Rest;

/// <summary>Deployments and their statuses (GitHub REST API, "Deployments", "Deployment statuses").</summary>
public sealed class DeploymentsApi(IGitHubClient github)
{
    /// <summary>GitHub's limit of a status' description.</summary>
    public const int LongestDescription = 140;

    /// <summary><c>POST /repos/{owner}/{repo}/deployments</c></summary>
    public async Task<DeploymentCreation> CreateAsync(GitHubRepository repository, NewDeployment deployment, CancellationToken cancellationToken)
    {
        var request = GitHubRequest.Post(repository.Caller, $"creating a deployment of {repository}", $"repos/{repository.Owner}/{repository.Name}/deployments").In(repository).Briefly()
            .With(deployment with { Description = deployment.Description.Shortened(LongestDescription) }, DeploymentsJson.Default.NewDeployment) with { Answers = [409] };
        var reply = await github.SendAsync(request, cancellationToken);
        return reply.Status switch
        {
            409 => new DeploymentCreation.Refused(reply.Failure!),
            // The ref was merged, or is to be: no deployment exists.
            202 => new DeploymentCreation.Merged(GitHubClient.Read(request, reply, DeploymentsJson.Default.MergeAnswer).Message ?? "merged"),
            _ => new DeploymentCreation.Created(GitHubClient.Read(request, reply, DeploymentsJson.Default.GitHubDeployment)),
        };
    }

    /// <summary><c>GET /repos/{owner}/{repo}/deployments/{deployment_id}</c></summary>
    public Task<GitHubDeployment?> FindAsync(GitHubRepository repository, long id, CancellationToken cancellationToken) => github.FindAsync(
        GitHubRequest.Get(repository.Caller, $"reading deployment {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/deployments/{id}").In(repository).Briefly(),
        DeploymentsJson.Default.GitHubDeployment, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/deployments</c>, newest first.</summary>
    public IAsyncEnumerable<GitHubDeployment> ListAsync(GitHubRepository repository, DeploymentFilter filter, CancellationToken cancellationToken)
    {
        GitHubPath path = $"repos/{repository.Owner}/{repository.Name}/deployments?per_page=100";
        if (filter.Environment is { } environment) path.Add($"&environment={environment}");
        if (filter.Sha is { } sha) path.Add($"&sha={sha}");
        if (filter.Task is { } task) path.Add($"&task={task}");
        return github.ListAsync(GitHubRequest.Get(repository.Caller, $"listing deployments of {repository}", path).In(repository).Briefly(), DeploymentsJson.Default.IReadOnlyListGitHubDeployment, cancellationToken);
    }

    /// <summary><c>DELETE /repos/{owner}/{repo}/deployments/{deployment_id}</c>. Only inactive ones can be deleted.</summary>
    public Task<bool> DeleteAsync(GitHubRepository repository, long id, CancellationToken cancellationToken) => github.RemoveAsync(
        GitHubRequest.Delete(repository.Caller, $"deleting deployment {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/deployments/{id}").In(repository).Briefly(), cancellationToken);

    /// <summary><c>POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses</c></summary>
    public Task<GitHubDeploymentStatus> ReportAsync(GitHubRepository repository, long id, NewDeploymentStatus status, CancellationToken cancellationToken) => github.GetAsync(
        GitHubRequest.Post(repository.Caller, $"reporting the state of deployment {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/deployments/{id}/statuses").In(repository).Briefly()
            .With(status with { Description = status.Description.Shortened(LongestDescription) }, DeploymentsJson.Default.NewDeploymentStatus),
        DeploymentsJson.Default.GitHubDeploymentStatus, cancellationToken);

    /// <summary><c>GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses</c>, newest first.</summary>
    public IAsyncEnumerable<GitHubDeploymentStatus> StatusesAsync(GitHubRepository repository, long id, CancellationToken cancellationToken) => github.ListAsync(
        GitHubRequest.Get(repository.Caller, $"listing the states of deployment {id} of {repository}", $"repos/{repository.Owner}/{repository.Name}/deployments/{id}/statuses?per_page=100").In(repository).Briefly(),
        DeploymentsJson.Default.IReadOnlyListGitHubDeploymentStatus, cancellationToken);
}

public sealed record NewDeployment
{
    /// <summary>A branch, tag or commit. Name the commit: assert afterwards that it is the one that was checked.</summary>
    public required string Ref { get; init; }

    public required string Environment { get; init; }

    public string? Task { get; init; }

    /// <summary>Whether GitHub merges the default branch into the ref first, where it is behind. GitHub's default is true.</summary>
    public bool AutoMerge { get; init; }

    /// <summary>Empty: nothing needs to have passed. Null: everything that there is must have.</summary>
    public IReadOnlyList<string>? RequiredContexts { get; init; } = [];

    public JsonElement? Payload { get; init; }
    public string? Description { get; init; }
    public bool? TransientEnvironment { get; init; }
    public bool? ProductionEnvironment { get; init; }
}

public abstract record DeploymentCreation
{
    public sealed record Created(GitHubDeployment Deployment) : DeploymentCreation;

    /// <summary>202: GitHub merged the default branch into the ref and created nothing. The push that follows is another chance.</summary>
    public sealed record Merged(string Message) : DeploymentCreation;

    /// <summary>409: a merge conflict, or contexts that have not passed, which the failure's errors name.</summary>
    public sealed record Refused(GitHubFailure Failure) : DeploymentCreation;
}

public sealed record GitHubDeployment
{
    public required long Id { get; init; }
    public required string Sha { get; init; }
    public required string Ref { get; init; }
    public required string Environment { get; init; }
    public string? Task { get; init; }
    public string? Description { get; init; }
    public JsonElement? Payload { get; init; }
    public GitHubAccount? Creator { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public bool? TransientEnvironment { get; init; }
    public bool? ProductionEnvironment { get; init; }
    public GitHubAppName? PerformedViaGithubApp { get; init; }
}

public sealed record DeploymentFilter(string? Environment = null, string? Sha = null, string? Task = null);

[JsonConverter(typeof(SnakeCase<DeploymentState>))]
public enum DeploymentState
{
    Error,
    Failure,
    Inactive,
    InProgress,
    Queued,
    Pending,
    Success,
}

public sealed record NewDeploymentStatus
{
    public required DeploymentState State { get; init; }

    /// <summary>One line; what is longer than 140 characters is cut.</summary>
    public string? Description { get; init; }

    public string? LogUrl { get; init; }
    public string? EnvironmentUrl { get; init; }

    /// <summary>Whether a success makes earlier successful deployments of that environment inactive; GitHub does so only where they are neither transient nor production.</summary>
    public bool? AutoInactive { get; init; }
}

public sealed record GitHubDeploymentStatus
{
    public required long Id { get; init; }

    /// <summary>As GitHub names it, such as <c>in_progress</c>.</summary>
    public required string State { get; init; }

    public string? Description { get; init; }
    public string? LogUrl { get; init; }
    public string? EnvironmentUrl { get; init; }
    public string? Environment { get; init; }
    public GitHubAccount? Creator { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
}

internal sealed record MergeAnswer(string? Message = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(NewDeployment))]
[JsonSerializable(typeof(GitHubDeployment))]
[JsonSerializable(typeof(IReadOnlyList<GitHubDeployment>))]
[JsonSerializable(typeof(NewDeploymentStatus))]
[JsonSerializable(typeof(GitHubDeploymentStatus))]
[JsonSerializable(typeof(IReadOnlyList<GitHubDeploymentStatus>))]
[JsonSerializable(typeof(MergeAnswer))]
internal sealed partial class DeploymentsJson : JsonSerializerContext;
