using Towpath.Core.Facts;
using Towpath.GitHub.Target;

namespace Towpath.GitHub.Webhooks;

/// <summary>
/// What a delivery tells, as far as we use it. All texts are from outside, whoever signed them: names of branches, titles and messages are
/// people's own. A hint at what has happened, in no order: what decides is read from facts and from the API.
/// </summary>
public abstract record WebhookEvent
{
    /// <summary>What happened, such as <c>opened</c>; null where the event has no actions.</summary>
    public string? Action { get; init; }

    /// <summary>Null where it is not about one repository.</summary>
    public RepositoryName? Repository { get; init; }

    public long? InstallationId { get; init; }

    /// <summary>Who did it.</summary>
    public Account? Sender { get; init; }

    /// <summary>A branch or tag was made, moved or deleted.</summary>
    /// <param name="Fact">Where it stands after it.</param>
    /// <param name="Before">Where it stood; null where it is new.</param>
    public sealed record Push(RefFact Fact, string? Before) : WebhookEvent;

    /// <summary>A branch or tag was made. A push tells of the commit.</summary>
    public sealed record Created(string Ref) : WebhookEvent;

    public sealed record Deleted(RefFact Fact) : WebhookEvent;

    /// <param name="Fact">The pull request after it.</param>
    /// <param name="Label">The label that came or went.</param>
    public sealed record PullRequest(PullFact Fact, string? Label) : WebhookEvent;

    public sealed record Status(CommitFact Fact) : WebhookEvent;

    public sealed record CheckRun(CommitFact Fact) : WebhookEvent;

    /// <param name="HeadSha">The commit.</param>
    /// <param name="App">The slug of the app.</param>
    /// <param name="State">Its conclusion, or its status before it has one.</param>
    public sealed record CheckSuite(string HeadSha, string App, string State) : WebhookEvent;

    public sealed record WorkflowRun(RunFacts Run) : WebhookEvent;

    public sealed record Release(ReleaseFacts Published) : WebhookEvent;

    public sealed record Deployment(DeploymentFacts Made) : WebhookEvent;

    /// <param name="Of">The deployment.</param>
    /// <param name="Id">GitHub's id of the status.</param>
    /// <param name="State">Such as <c>success</c>.</param>
    /// <param name="LogUrl">Where its log is.</param>
    /// <param name="EnvironmentUrl">Where it runs.</param>
    /// <param name="At">When it was set.</param>
    public sealed record DeploymentStatus(DeploymentFacts Of, long Id, string State, string? LogUrl, string? EnvironmentUrl, DateTimeOffset At) : WebhookEvent;

    /// <param name="Number">The issue or pull request.</param>
    /// <param name="IsPullRequest">Which of the two.</param>
    /// <param name="CommentId">GitHub's id of the comment.</param>
    /// <param name="Author">Who wrote it.</param>
    /// <param name="Body">What it says; at most its first 64 Ki characters.</param>
    /// <param name="At">When it was written.</param>
    public sealed record IssueComment(long Number, bool IsPullRequest, long CommentId, Account Author, string Body, DateTimeOffset At) : WebhookEvent
    {
        /// <summary>A GitHub App wrote it, in its own name or in the author's.</summary>
        public bool IsByApp { get; init; }
    }

    /// <summary>An environment's protection rule waits for an answer.</summary>
    /// <param name="Environment">Its name.</param>
    /// <param name="RunId">The workflow run to answer to: the address in the payload is never called itself.</param>
    /// <param name="DeploymentId">The deployment that the run made, where it says so.</param>
    /// <param name="Sha">The commit.</param>
    /// <param name="Ref">The branch or tag.</param>
    public sealed record ProtectionRule(string Environment, long RunId, long? DeploymentId, string? Sha, string? Ref) : WebhookEvent;

    /// <param name="Account">Where the App is installed.</param>
    /// <param name="Repositories">Those that it reaches, as far as told.</param>
    public sealed record Installation(Account Account, IReadOnlyList<RepositoryRef> Repositories) : WebhookEvent;

    public sealed record InstallationRepositories(Account Account, IReadOnlyList<RepositoryRef> Added, IReadOnlyList<RepositoryRef> Removed) : WebhookEvent;

    /// <summary>A repository was renamed, transferred, deleted or changed otherwise; <see cref="WebhookEvent.Repository"/> says what it is now.</summary>
    public sealed record RepositoryChanged : WebhookEvent;

    /// <summary>Somebody came to a team or an organization or left it, or a team changed: whoever needs to know reads who is in it now.</summary>
    public sealed record PeopleChanged : WebhookEvent;

    /// <summary>GitHub's hello to a new webhook.</summary>
    public sealed record Ping : WebhookEvent;

    /// <summary>Nothing that we use.</summary>
    public sealed record Ignored(string Why) : WebhookEvent;

    /// <summary>Not what GitHub documents.</summary>
    /// <param name="Why">Which field, and what was wrong with it; never its value.</param>
    public sealed record NotUnderstood(string Why) : WebhookEvent;
}

/// <param name="Id">GitHub's id.</param>
/// <param name="Login">The name of now.</param>
/// <param name="Kind">Such as <c>User</c>, <c>Bot</c> or <c>Organization</c>.</param>
public sealed record Account(long Id, string Login, string Kind);

public sealed record RepositoryRef(long Id, string Name);

/// <summary>A run of a workflow.</summary>
public sealed record RunFacts
{
    public required long Id { get; init; }

    public required long WorkflowId { get; init; }

    /// <summary>The workflow's file, such as <c>.github/workflows/ci.yml</c>.</summary>
    public required string Path { get; init; }

    public required string HeadSha { get; init; }

    /// <summary>Null for some runs of forks.</summary>
    public string? HeadBranch { get; init; }

    /// <summary>Null where it is gone. Another one than the repository's is a fork.</summary>
    public long? HeadRepositoryId { get; init; }

    /// <summary>What started it, such as <c>push</c> or <c>workflow_dispatch</c>.</summary>
    public required string Trigger { get; init; }

    public required string Status { get; init; }

    public string? Conclusion { get; init; }

    public required long Number { get; init; }

    public required long Attempt { get; init; }

    public string Title { get; init; } = "";

    public string? Url { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }
}

public sealed record ReleaseFacts
{
    public required long Id { get; init; }

    public required string Tag { get; init; }

    /// <summary>A branch or a commit.</summary>
    public required string Target { get; init; }

    public string Name { get; init; } = "";

    public bool IsDraft { get; init; }

    public bool IsPrerelease { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }

    public string? Url { get; init; }
}

/// <summary>A deployment of GitHub's, whoever made it.</summary>
public sealed record DeploymentFacts
{
    public required long Id { get; init; }

    public required string Sha { get; init; }

    public required string Ref { get; init; }

    public required string Task { get; init; }

    public required string Environment { get; init; }

    public Account? Creator { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Which deployment here it says that it was made for. Anybody who may create deployments can say so.</summary>
    public DeploymentMarker? Marker { get; init; }
}
