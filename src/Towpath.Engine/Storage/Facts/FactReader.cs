using System.Data.Common;
using Towpath.Core;
using Towpath.Core.Commands;
using Towpath.Core.Facts;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Facts;

internal sealed class FactReader(IQueries queries) : IFactReader
{
    private const string RefColumns = "repository_id, ref, sha, at, disputed, pushed_by, author";
    private const string NameColumns = "repository_id, name, owner_id, installation_id, gone, at";

    private static readonly Statement OfCommit = new("""
        SELECT repository_id, sha, kind, app, name, state, at, fact_id, url FROM commit_facts WHERE repository_id = $1 AND sha = $2 ORDER BY kind, app, name, run
        """) { IsByKey = true };

    private static readonly Statement OneRef = new($"SELECT {RefColumns} FROM ref_facts WHERE repository_id = $1 AND ref = $2") { IsByKey = true };
    private static readonly Statement AllRefs = new($"SELECT {RefColumns} FROM ref_facts WHERE repository_id = $1 ORDER BY ref");
    private static readonly Statement OnePull = new("SELECT state, disputed FROM pull_facts WHERE repository_id = $1 AND number = $2") { IsByKey = true };
    private static readonly Statement PullsOfHead = new("""
        SELECT state, disputed, number FROM pull_facts WHERE repository_id = $1 AND head_sha = $2
        UNION SELECT state, disputed, number FROM pull_facts WHERE repository_id = $1 AND disputed ORDER BY number
        """);

    private static readonly Statement OpenPulls = new("SELECT state, disputed FROM pull_facts WHERE repository_id = $1 AND open ORDER BY number");
    private static readonly Statement OneRepository = new($"SELECT {NameColumns} FROM repository_names WHERE repository_id = $1") { IsByKey = true };
    private static readonly Statement NamedRepository = new($"SELECT {NameColumns} FROM repository_names WHERE lower(name) = lower($1) ORDER BY gone, at DESC, repository_id DESC LIMIT 1") { IsByKey = true };
    private static readonly Statement Repositories = new($"SELECT {NameColumns} FROM repository_names ORDER BY name, repository_id");

    private static readonly Statement OneCommand = new("SELECT state FROM pull_commands WHERE repository_id = $1 AND comment_id = $2") { IsByKey = true };
    private static readonly Statement CommandsOfPull = new("SELECT state FROM pull_commands WHERE repository_id = $1 AND number = $2 AND answer = $3 ORDER BY comment_id DESC LIMIT $4");

    public async Task<IReadOnlyList<CommitFact>> OfCommitAsync(long repositoryId, string sha, CancellationToken cancellationToken) =>
        await queries.ReadAsync(OfCommit, ReadCommit, cancellationToken, repositoryId, sha);

    public Task<RefFact?> RefAsync(long repositoryId, string name, CancellationToken cancellationToken) =>
        queries.ReadAsync(OneRef, ReadRef, cancellationToken, repositoryId, name).FirstAsync();

    public async Task<IReadOnlyList<RefFact>> RefsAsync(long repositoryId, CancellationToken cancellationToken) =>
        await queries.ReadAsync(AllRefs, ReadRef, cancellationToken, repositoryId);

    public Task<PullFact?> PullAsync(long repositoryId, long number, CancellationToken cancellationToken) =>
        queries.ReadAsync(OnePull, ReadPull, cancellationToken, repositoryId, number).FirstAsync();

    public async Task<IReadOnlyList<PullFact>> PullsOfHeadAsync(long repositoryId, string sha, CancellationToken cancellationToken) =>
        await queries.ReadAsync(PullsOfHead, ReadPull, cancellationToken, repositoryId, sha);

    public async Task<IReadOnlyList<PullFact>> OpenPullsAsync(long repositoryId, CancellationToken cancellationToken) =>
        await queries.ReadAsync(OpenPulls, ReadPull, cancellationToken, repositoryId);

    public Task<RepositoryName?> RepositoryAsync(long repositoryId, CancellationToken cancellationToken) =>
        queries.ReadAsync(OneRepository, ReadName, cancellationToken, repositoryId).FirstAsync();

    public Task<RepositoryName?> RepositoryAsync(string name, CancellationToken cancellationToken) =>
        queries.ReadAsync(NamedRepository, ReadName, cancellationToken, name).FirstAsync();

    public async Task<IReadOnlyList<RepositoryName>> RepositoriesAsync(CancellationToken cancellationToken) =>
        await queries.ReadAsync(Repositories, ReadName, cancellationToken);

    public Task<PullCommand?> CommandAsync(long repositoryId, long commentId, CancellationToken cancellationToken) =>
        queries.ReadAsync(OneCommand, ReadCommand, cancellationToken, repositoryId, commentId).FirstAsync();

    public async Task<IReadOnlyList<PullCommand>> CommandsAsync(long repositoryId, long number, PullCommandState state, int limit, CancellationToken cancellationToken) =>
        await queries.ReadAsync(CommandsOfPull, ReadCommand, cancellationToken, repositoryId, number, state.ToString(), (long)limit);

    private static PullCommand ReadCommand(DbDataReader row) => row.Document(0, CoreJson.Default.PullCommand);

    private static CommitFact ReadCommit(DbDataReader row) => new()
    {
        RepositoryId = row.GetInt64(0), Sha = row.GetString(1), Kind = KindColumn.Kind(row.GetString(2)), App = row.GetString(3), Name = row.GetString(4),
        State = row.GetString(5), At = row.Instant(6), Id = row.GetInt64(7), Url = row.Text(8),
    };

    private static RefFact ReadRef(DbDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.Text(2), row.Instant(3)) { IsDisputed = row.GetBoolean(4), PushedBy = row.Text(5), Author = row.Text(6) };

    private static PullFact ReadPull(DbDataReader row) => row.Document(0, CoreJson.Default.PullFact) with { IsDisputed = row.GetBoolean(1) };

    private static RepositoryName ReadName(DbDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.OptionalNumber(3), row.GetInt64(4) != 0, row.Instant(5));
}

internal static class KindColumn
{
    public static string Word(this CommitFactKind kind) => kind switch { CommitFactKind.Status => "status", CommitFactKind.Check => "check" };

    public static CommitFactKind Kind(string word) => word switch
    {
        "status" => CommitFactKind.Status,
        "check" => CommitFactKind.Check,
        _ => throw new InvalidDataException($"a stored fact is of kind '{word}'"),
    };
}
