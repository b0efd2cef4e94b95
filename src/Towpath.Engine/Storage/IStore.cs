using Towpath.Core;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Audit;
using Towpath.Core.Commands;
using Towpath.Core.Deployments;
using Towpath.Core.Environments;
using Towpath.Core.Facts;

namespace Towpath.Engine.Storage;

/// <summary>Everything that is remembered, on SQLite or PostgreSQL. Infrastructure failures are exceptions; see <see cref="StoreUnavailableException"/>.</summary>
public interface IStore : IAsyncDisposable
{
    IDeploymentReader Deployments { get; }
    IBuildReader Builds { get; }
    IEnvironmentReader Environments { get; }
    IAuditReader Audit { get; }
    IAccessReader Access { get; }
    IConfigurationReader Configuration { get; }
    IDeliveryReader Deliveries { get; }
    IFactReader Facts { get; }
    IWatchReader Watches { get; }
    IMirrorReader Mirrors { get; }
    IWorkTable Work { get; }
    IChangeFeed Changes { get; }

    /// <summary>Brings the schema up to date. Any number of nodes may call it at once.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Saves all changes or none. An outcome that a broken connection left unknown is read back by the operation id before this returns. The same operation id again changes nothing and is answered as committed.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached or cannot write; nothing was saved, unless the message says that a commit's outcome could not be asked for.</exception>
    Task<CommitOutcome> CommitAsync(Commit commit, CancellationToken cancellationToken);

    /// <summary>Appends to a deployment's log, numbering the lines after the last one.</summary>
    Task AppendLogAsync(DeploymentId deployment, IReadOnlyList<LogLine> lines, CancellationToken cancellationToken);

    /// <summary>Removes what only mattered for a while: operation ids, ended sessions and tokens from outside of that age, set-aside work 90 days older. For recurring work.</summary>
    Task PruneAsync(TimeSpan olderThan, CancellationToken cancellationToken);

    /// <summary>Whether it answers now, for readiness. Null when it does, else what is wrong.</summary>
    Task<string?> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>The database cannot be reached, or refuses to write (disk full): try again later.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException() : base("the database is not available")
    {
    }

    public StoreUnavailableException(string message) : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

public interface IDeploymentReader
{
    Task<Deployment?> GetAsync(DeploymentId id, CancellationToken cancellationToken);

    /// <summary>By whole id or by its last digits (at least six); at most two, so that the caller can tell an ambiguous one.</summary>
    Task<IReadOnlyList<Deployment>> FindAsync(string idOrEnding, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<Deployment>> ListAsync(DeploymentFilter filter, CancellationToken cancellationToken);

    /// <summary>All that are not in a terminal phase, oldest first; of one application or of all.</summary>
    Task<IReadOnlyList<Deployment>> OpenAsync(string? application, CancellationToken cancellationToken);

    /// <summary>As <see cref="OpenAsync"/>, of some applications.</summary>
    Task<IReadOnlyList<Deployment>> OpenOfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken);

    /// <summary>Those of these ids that there are, in no order.</summary>
    Task<IReadOnlyList<Deployment>> OfAsync(IReadOnlyCollection<DeploymentId> ids, CancellationToken cancellationToken);

    /// <summary>When this digest last succeeded in each environment of the application.</summary>
    Task<IReadOnlyDictionary<string, DateTimeOffset>> SuccessesAsync(string application, Digest digest, CancellationToken cancellationToken);

    /// <summary>The environment's line, head first: the subjects of the work queue that is called <c>application/environment</c>.</summary>
    Task<IReadOnlyList<DeploymentId>> LineAsync(EnvironmentKey key, CancellationToken cancellationToken);

    Task<IReadOnlyList<JournalEntry>> JournalAsync(DeploymentId id, CancellationToken cancellationToken);

    Task<IReadOnlyList<LogLine>> LogAsync(DeploymentId id, long afterSequence, int limit, CancellationToken cancellationToken);

    Task<IReadOnlyList<Approval>> ApprovalsAsync(DeploymentId id, CancellationToken cancellationToken);
}

/// <param name="Application">Only this application's.</param>
/// <param name="Environment">Only this environment's.</param>
/// <param name="Phases">Only in these phases; null for all.</param>
/// <param name="Before">Only older than this one, for paging.</param>
/// <param name="Limit">At most this many.</param>
public sealed record DeploymentFilter(
    string? Application = null, string? Environment = null, IReadOnlyList<Phase>? Phases = null, DeploymentId? Before = null, int Limit = 50);

public interface IBuildReader
{
    Task<Build?> GetAsync(string id, CancellationToken cancellationToken);

    Task<Build?> FindByVersionAsync(string application, string version, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<Build>> ListAsync(string application, int limit, CancellationToken cancellationToken);

    /// <summary>Those of one commit, newest first.</summary>
    Task<IReadOnlyList<Build>> OfCommitAsync(string application, string commit, CancellationToken cancellationToken);
}

public interface IEnvironmentReader
{
    /// <summary>An untouched state where nothing was ever saved.</summary>
    Task<EnvironmentState> GetAsync(EnvironmentKey key, CancellationToken cancellationToken);

    /// <summary>Every environment of these applications that has a state.</summary>
    Task<IReadOnlyList<EnvironmentState>> OfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken);

    /// <summary>The board: every environment that has a state, in one query.</summary>
    Task<IReadOnlyList<EnvironmentState>> AllAsync(CancellationToken cancellationToken);
}

public interface IAuditReader
{
    Task<IReadOnlyList<AuditEntry>> UnsealedAsync(int limit, CancellationToken cancellationToken);

    Task<ChainHead> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Sealed entries in the order of the chain.</summary>
    Task<IReadOnlyList<SealedAuditEntry>> ReadAsync(long afterPosition, int limit, CancellationToken cancellationToken);

    /// <summary>Newest first, sealed or not.</summary>
    Task<IReadOnlyList<AuditEntry>> RecentAsync(string? application, DeploymentId? deployment, int limit, CancellationToken cancellationToken);
}

public interface IAccessReader
{
    Task<AccessToken?> FindTokenAsync(string hash, CancellationToken cancellationToken);

    Task<AccessToken?> GetTokenAsync(string id, CancellationToken cancellationToken);

    Task<IReadOnlyList<AccessToken>> ListTokensAsync(CancellationToken cancellationToken);

    Task<Session?> FindSessionAsync(string hash, CancellationToken cancellationToken);

    /// <summary>What a token from outside was used for about an application; null where it was not.</summary>
    Task<TokenUse?> FindUseAsync(string token, string application, CancellationToken cancellationToken);
}

public interface IConfigurationReader
{
    Task<StoredConfiguration?> CurrentAsync(CancellationToken cancellationToken);

    /// <summary>The current revision alone; empty before the first take-up.</summary>
    Task<string> CurrentRevisionAsync(CancellationToken cancellationToken);

    Task<string?> SettingAsync(string name, CancellationToken cancellationToken);

    Task<IReadOnlyDictionary<string, string>> SettingsAsync(string prefix, CancellationToken cancellationToken);
}

/// <summary>Webhook deliveries, each by the GUID that GitHub gave it.</summary>
public interface IDeliveryReader
{
    Task<Delivery?> GetAsync(Guid guid, CancellationToken cancellationToken);

    /// <summary>With what was sent.</summary>
    Task<DeliveryContent?> ReadAsync(Guid guid, CancellationToken cancellationToken);

    /// <summary>The first ones of a lane that nobody has handled yet, in the order in which they came.</summary>
    Task<IReadOnlyList<DeliveryContent>> PendingAsync(int lane, int limit, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<Delivery>> ListAsync(DeliveryFilter filter, CancellationToken cancellationToken);

    /// <summary>Which of these are here.</summary>
    Task<IReadOnlySet<Guid>> KnownAsync(IReadOnlyList<Guid> guids, CancellationToken cancellationToken);

    /// <summary>Some that may go: handled or ignored ones received before the first instant, others, but for pending ones, before the second.</summary>
    Task<IReadOnlyList<Guid>> OutdatedAsync(DateTimeOffset handledBefore, DateTimeOffset othersBefore, int limit, CancellationToken cancellationToken);
}

/// <summary>What GitHub told, the newest of each thing. Hints: who decides asks the API where they may be out of date.</summary>
public interface IFactReader
{
    /// <summary>Everything that was said of a commit, by kind, app and name.</summary>
    Task<IReadOnlyList<CommitFact>> OfCommitAsync(long repositoryId, string sha, CancellationToken cancellationToken);

    Task<RefFact?> RefAsync(long repositoryId, string name, CancellationToken cancellationToken);

    /// <summary>All branches and tags of a repository that were ever told, deleted ones too.</summary>
    Task<IReadOnlyList<RefFact>> RefsAsync(long repositoryId, CancellationToken cancellationToken);

    Task<PullFact?> PullAsync(long repositoryId, long number, CancellationToken cancellationToken);

    /// <summary>The pull requests, open or not, whose head is this commit, or may be: of those that changed twice within a second nobody knows.</summary>
    Task<IReadOnlyList<PullFact>> PullsOfHeadAsync(long repositoryId, string sha, CancellationToken cancellationToken);

    Task<IReadOnlyList<PullFact>> OpenPullsAsync(long repositoryId, CancellationToken cancellationToken);

    Task<RepositoryName?> RepositoryAsync(long repositoryId, CancellationToken cancellationToken);

    /// <summary>The repository that is called so now; upper and lower case are the same. Of several, since one may have taken another's name, the one that changed last.</summary>
    Task<RepositoryName?> RepositoryAsync(string name, CancellationToken cancellationToken);

    Task<IReadOnlyList<RepositoryName>> RepositoriesAsync(CancellationToken cancellationToken);

    Task<PullCommand?> CommandAsync(long repositoryId, long commentId, CancellationToken cancellationToken);

    /// <summary>The commands of a pull request that stand so, newest first.</summary>
    Task<IReadOnlyList<PullCommand>> CommandsAsync(long repositoryId, long number, PullCommandState state, int limit, CancellationToken cancellationToken);
}

/// <summary>What environments are to get since something was pushed, and what is to be looked at again.</summary>
public interface IWatchReader
{
    /// <summary>What is due in a lane, with what is known of it, the longest due first.</summary>
    Task<IReadOnlyList<Look>> LooksAsync(int lane, int limit, CancellationToken cancellationToken);

    /// <summary>How long until something comes due in a lane; null where nothing will.</summary>
    Task<TimeSpan?> NextLookAsync(int lane, CancellationToken cancellationToken);

    Task<IReadOnlyList<StoredWatch>> OfAsync(IReadOnlyCollection<string> applications, CancellationToken cancellationToken);

    /// <summary>The workflow runs of a commit that deployments started.</summary>
    Task<IReadOnlySet<long>> DeployingRunsAsync(long repositoryId, string sha, CancellationToken cancellationToken);
}

/// <summary>What GitHub was told of deployments, and what it asked.</summary>
public interface IMirrorReader
{
    Task<DeploymentMirror?> GetAsync(DeploymentId id, CancellationToken cancellationToken);

    /// <summary>Those of an application that stand at GitHub as in place or on their way, oldest first.</summary>
    Task<IReadOnlyList<DeploymentMirror>> ShownAsync(string application, CancellationToken cancellationToken);

    /// <summary>Workflow runs that have not been answered, in the order in which they asked.</summary>
    Task<IReadOnlyList<ProtectionRequest>> WaitingAsync(CancellationToken cancellationToken);

    Task<ProtectionRequest?> RequestAsync(long repositoryId, long runId, string environment, CancellationToken cancellationToken);
}

/// <summary>The work table: heads of lines are claimed under leases.</summary>
public interface IWorkTable
{
    /// <summary>Makes the node known; its end, or its process's death, ends its leases.</summary>
    Task<INodeSession> JoinAsync(NodeIdentity node, CancellationToken cancellationToken);

    /// <summary>Claims due heads that nobody holds, oldest due first.</summary>
    Task<IReadOnlyList<ClaimedWork>> ClaimAsync(NodeIdentity node, int limit, CancellationToken cancellationToken);

    /// <summary>Extends all leases of the node and returns the fences that it still holds.</summary>
    Task<IReadOnlyList<Fence>> HeartbeatAsync(NodeIdentity node, CancellationToken cancellationToken);

    Task<bool> IsOwnedAsync(Fence fence, CancellationToken cancellationToken);

    /// <summary>How long until the next head comes due or a foreign lease ends that this node could claim; null when there is none.</summary>
    Task<TimeSpan?> NextDueAsync(NodeIdentity node, CancellationToken cancellationToken);

    /// <summary>Gives one claimed row back at once, unchanged.</summary>
    Task ReleaseAsync(Fence fence, CancellationToken cancellationToken);

    /// <summary>Ends the leases of nodes whose session is gone. Returns how many rows became free.</summary>
    Task<int> ReapAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<SetAsideWork>> SetAsideAsync(int limit, CancellationToken cancellationToken);
}

/// <summary>A node's membership. Disposing it leaves.</summary>
public interface INodeSession : IAsyncDisposable
{
    /// <summary>Cancelled when the session was lost without the process ending: cancel all effects, join again.</summary>
    CancellationToken Lost { get; }
}

/// <summary>Says what changed, on this node and on others, after the commit. Notices may be lost or doubled: they only save waiting.</summary>
public interface IChangeFeed
{
    IDisposable Subscribe(Action<ChangeNotice> onNotice);

    /// <summary>For what is not a commit, such as a site that started to be served on this node.</summary>
    void Publish(ChangeNotice notice);
}

/// <param name="Topic"><c>work</c>, <c>deployment</c>, <c>environment</c>, <c>log</c>, <c>configuration</c>, <c>build</c>, <c>access</c>, <c>delivery</c> or <c>wake</c>.</param>
/// <param name="Subject">A deployment id, <c>application/environment</c>, an application, a token id or a row's subject; empty for <c>work</c> and <c>configuration</c>.</param>
public readonly record struct ChangeNotice(string Topic, string Subject);
