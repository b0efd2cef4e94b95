using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Deliverybot;
using Towpath.Engine.Storage;

namespace Towpath.Server.Api;

/// <param name="User">Who is asking.</param>
/// <param name="Roles">Roles by organization.yaml, for whichever application.</param>
/// <param name="Scopes">What the token may be used for.</param>
/// <param name="Administrator">Whether everything is allowed.</param>
public sealed record MeView(string User, IReadOnlyList<string> Roles, IReadOnlyList<string> Scopes, bool Administrator);

/// <summary>Applications × environments, those that the caller may read.</summary>
public sealed record BoardView(IReadOnlyList<BoardApplication> Applications, IReadOnlyList<SpecError> Problems);

public sealed record BoardApplication(string Name, string Title, IReadOnlyList<EnvironmentView> Environments);

public sealed record ApplicationList(IReadOnlyList<ApplicationView> Applications);

/// <param name="Name">The slug.</param>
/// <param name="Title">For people; the slug where the spec gives none.</param>
/// <param name="Repository">GitHub owner/name.</param>
/// <param name="Environments">In the order of the spec.</param>
/// <param name="Builds">The newest, newest first.</param>
/// <param name="Problems">What keeps a newer version of its files from being taken up.</param>
public sealed record ApplicationView(
    string Name, string Title, string? Repository, IReadOnlyList<EnvironmentView> Environments, IReadOnlyList<Build> Builds, IReadOnlyList<SpecError> Problems);

public sealed record BuildList(IReadOnlyList<Build> Builds);

public sealed record TokenList(IReadOnlyList<TokenView> Tokens);

/// <summary>An API token without its secret.</summary>
public record TokenView
{
    public required string Id { get; init; }
    public required string User { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }
    public required IReadOnlyList<string> Applications { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public required bool Administrator { get; init; }
}

/// <summary>A token just made, with the secret that is shown this once.</summary>
public sealed record NewToken : TokenView
{
    public required string Token { get; init; }
}

/// <param name="Entries">Sealed entries in the order of the chain.</param>
/// <param name="Head">The chain's head.</param>
public sealed record AuditPage(IReadOnlyList<SealedAuditEntry> Entries, ChainHead Head);

/// <param name="Revision">Hash over the files in force; empty before the first take-up.</param>
/// <param name="Source">The git commit they came from, where the folder is a work tree.</param>
/// <param name="TakenUpAt">When they came into force.</param>
/// <param name="Problems">What keeps the folder's newer content from being taken up.</param>
public sealed record ConfigurationView(string Revision, string? Source, DateTimeOffset? TakenUpAt, IReadOnlyList<SpecError> Problems)
{
    /// <summary>The repositories whose Deliverybot file is served.</summary>
    public IReadOnlyList<DeliverybotView> Deliverybot { get; init; } = [];
}

/// <param name="Repository">As <c>owner/name</c>.</param>
/// <param name="Application">What its file becomes.</param>
/// <param name="Commit">The commit that the file in force was read from last; null where none is in force.</param>
/// <param name="Problems">What keeps it, or a newer one, from being taken up.</param>
/// <param name="Notes">What the file in force means otherwise than with Deliverybot.</param>
public sealed record DeliverybotView(string Repository, string Application, string? Commit, IReadOnlyList<SpecError> Problems, IReadOnlyList<DeliverybotNote> Notes);

/// <summary>Work that failed too often and waits for a person.</summary>
public sealed record SetAsideList(IReadOnlyList<SetAsideWork> Rows);

/// <summary>Says on the event stream what changed; whoever shows it asks again.</summary>
public sealed record ChangedEvent(string Topic, string Subject);
