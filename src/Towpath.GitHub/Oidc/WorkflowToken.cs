using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Towpath.GitHub.Jws;

namespace Towpath.GitHub.Oidc;

/// <summary>
/// What a token of GitHub Actions says of the run that it was made for (GitHub documentation, "OpenID Connect reference"). Repositories and owners are
/// to be told by their ids: names can be changed, and taken by others.
/// </summary>
public sealed partial record WorkflowToken
{
    /// <summary>The token's own name (jti). Whoever accepts a token keeps issuer and id until <see cref="ForgetAt"/> and refuses it the second time.</summary>
    public required string Id { get; init; }

    public required string Issuer { get; init; }
    public required string Subject { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset ForgetAt { get; init; }

    /// <summary><c>owner/name</c> at that time.</summary>
    public required string Repository { get; init; }

    public required long RepositoryId { get; init; }
    public required string RepositoryOwner { get; init; }
    public required long RepositoryOwnerId { get; init; }

    /// <summary>The full ref, such as <c>refs/heads/main</c> or <c>refs/pull/7/merge</c>.</summary>
    public required string Ref { get; init; }

    /// <summary>The commit that the run is for; of a pull request the merge commit.</summary>
    public required string Sha { get; init; }

    /// <summary>The workflow file that was started.</summary>
    public required WorkflowReference Workflow { get; init; }

    /// <summary>The workflow file that the job stands in: another one where a reusable workflow is called.</summary>
    public required WorkflowReference JobWorkflow { get; init; }

    public required string EventName { get; init; }
    public required long RunId { get; init; }
    public required int RunAttempt { get; init; }

    /// <summary>Counts the runs of the workflow; null where the token does not say.</summary>
    public string? RunNumber { get; init; }

    /// <summary>The login of whoever caused the run, at that time.</summary>
    public required string Actor { get; init; }

    public required long ActorId { get; init; }

    /// <summary>The job's environment; null for none.</summary>
    public string? Environment { get; init; }

    /// <summary>A pull request's branch; null for other events.</summary>
    public string? HeadRef { get; init; }

    /// <summary>The branch that a pull request goes into; null for other events.</summary>
    public string? BaseRef { get; init; }

    /// <summary><c>github-hosted</c> or <c>self-hosted</c>.</summary>
    public string? RunnerEnvironment { get; init; }

    /// <summary><c>public</c>, <c>private</c> or <c>internal</c>.</summary>
    public string? RepositoryVisibility { get; init; }

    /// <summary>A claim that is missing, empty or of another form denies.</summary>
    public static WorkflowTokenResult Read(VerifiedToken token)
    {
        var claims = new Claims(token.Claims);
        var read = new WorkflowToken
        {
            Id = claims.Text("jti"),
            Issuer = token.Issuer,
            Subject = token.Subject,
            IssuedAt = token.IssuedAt,
            ForgetAt = token.ForgetAt,
            Repository = claims.Text("repository", RepositoryName()),
            RepositoryId = claims.Number("repository_id"),
            RepositoryOwner = claims.Text("repository_owner"),
            RepositoryOwnerId = claims.Number("repository_owner_id"),
            Ref = claims.Text("ref", FullRef()),
            Sha = claims.Text("sha", CommitHash()),
            Workflow = claims.Workflow("workflow_ref"),
            JobWorkflow = claims.Workflow("job_workflow_ref"),
            EventName = claims.Text("event_name"),
            RunId = claims.Number("run_id"),
            RunAttempt = (int)Math.Min(int.MaxValue, claims.Number("run_attempt")),
            Actor = claims.Text("actor"),
            ActorId = claims.Number("actor_id"),
            RunNumber = claims.Perhaps("run_number"),
            Environment = claims.Perhaps("environment"),
            HeadRef = claims.Perhaps("head_ref"),
            BaseRef = claims.Perhaps("base_ref"),
            RunnerEnvironment = claims.Perhaps("runner_environment"),
            RepositoryVisibility = claims.Perhaps("repository_visibility"),
        };
        return claims.Problems is [] ? new WorkflowTokenResult.Read(read) : new WorkflowTokenResult.Refused($"it lacks or has in a strange form: {string.Join(", ", claims.Problems)}");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RepositoryName();

    [GeneratedRegex(@"\Arefs/[^\s\x00-\x1f\x7f]{1,1000}\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FullRef();

    [GeneratedRegex(@"\A([0-9a-f]{40}|[0-9a-f]{64})\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex CommitHash();

    /// <summary>Reads claims and keeps the names of those that are not as they must be.</summary>
    private sealed class Claims(JsonElement json)
    {
        public List<string> Problems { get; } = [];

        public string Text(string name, Regex? form = null) =>
            json.TryText(name, out var text) && !string.IsNullOrWhiteSpace(text) && form?.IsMatch(text) != false ? text : Missing(name, "");

        public string? Perhaps(string name) => json.TryText(name, out var text) ? text : null;

        /// <summary>GitHub writes its ids as texts.</summary>
        public long Number(string name) =>
            json.TryText(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : Missing(name, 0L);

        public WorkflowReference Workflow(string name) =>
            json.TryText(name, out var text) && WorkflowReference.Parse(text) is { } workflow ? workflow : Missing(name, new WorkflowReference("", "", ""));

        private T Missing<T>(string name, T nothing)
        {
            Problems.Add(name);
            return nothing;
        }
    }
}

public abstract record WorkflowTokenResult
{
    public sealed record Read(WorkflowToken Token) : WorkflowTokenResult;

    /// <summary>A half sentence about the token, for people.</summary>
    public sealed record Refused(string Reason) : WorkflowTokenResult;
}
