using Towpath.Core.Deployments;

namespace Towpath.Engine.Storage;

/// <summary>One saved transition of a deployment. <paramref name="Revision"/> is the deployment's revision after it.</summary>
public sealed record JournalEntry(DeploymentId Deployment, long Revision, DateTimeOffset At, string Event, Phase From, Phase To, string? Step, int Attempt, string Data);

/// <summary>One line of a deployment's log. Sequences count from 1 without gaps.</summary>
public sealed record LogLine(long Sequence, DateTimeOffset At, string Step, string Text);

/// <summary>A configuration as it was taken up: every node compiles the same text.</summary>
/// <param name="Revision">Hash over the files.</param>
/// <param name="Source">The git commit of the folder, where it is a work tree.</param>
/// <param name="Files">Text by relative path.</param>
/// <param name="TakenUpAt">When it became the current one.</param>
public sealed record StoredConfiguration(string Revision, string? Source, IReadOnlyDictionary<string, string> Files, DateTimeOffset TakenUpAt);

/// <summary>An API token; only its hash is kept.</summary>
/// <param name="Id">Public id, for lists and revocation.</param>
/// <param name="Hash">SHA-256 of the secret, in hexadecimal.</param>
/// <param name="User">Who acts with it.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="Applications">The applications it is limited to; empty for all.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="RevokedAt">When somebody ended it.</param>
/// <param name="Administrator">Made at first start for the administrator, whatever <c>organization.yaml</c> says.</param>
public sealed record AccessToken(
    string Id, string Hash, string User, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Applications,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, bool Administrator);

/// <summary>A browser's session, bound to the token it was opened with, so that revoking the token ends it.</summary>
public sealed record Session(string Hash, string TokenId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>One use of a token from outside, such as that of a workflow run, remembered for as long as the token could be used again.</summary>
/// <param name="Token">Hash of the token's issuer and name.</param>
/// <param name="Application">What it was used about.</param>
/// <param name="Report">Hash of what was said with it.</param>
/// <param name="ForgetAt">From then on it is refused for its age.</param>
public sealed record TokenUse(string Token, string Application, string Report, DateTimeOffset ForgetAt);
