using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Artifacts;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Builds;

internal sealed class BuildReader(IQueries queries) : IBuildReader
{
    private static readonly Statement One = new("SELECT state FROM builds WHERE id = $1") { IsByKey = true };
    private static readonly Statement Version = new("SELECT state FROM builds WHERE application = $1 AND version = $2") { IsByKey = true };
    private static readonly Statement Newest = new("SELECT state FROM builds WHERE application = $1 ORDER BY reported_at DESC, id DESC LIMIT $2");

    // To the letter the expression of the index. PostgreSQL's own reading of JSON would refuse a document for an escaped NUL anywhere in it.
    private static readonly Statement OfCommit = new(
        "SELECT state FROM builds WHERE application = $1 AND json_extract(state, '$.commit') = $2 ORDER BY reported_at DESC, id DESC",
        """SELECT state FROM builds WHERE application = $1 AND substring(state from '"commit":"([0-9a-f]+)"') = $2 ORDER BY reported_at DESC, id DESC""") { IsByKey = true };

    public Task<Build?> GetAsync(string id, CancellationToken cancellationToken) => ReadAsync(One, cancellationToken, id).FirstAsync();

    public Task<Build?> FindByVersionAsync(string application, string version, CancellationToken cancellationToken) =>
        ReadAsync(Version, cancellationToken, application, version).FirstAsync();

    public async Task<IReadOnlyList<Build>> ListAsync(string application, int limit, CancellationToken cancellationToken) =>
        await ReadAsync(Newest, cancellationToken, application, (long)limit);

    public async Task<IReadOnlyList<Build>> OfCommitAsync(string application, string commit, CancellationToken cancellationToken) =>
        await ReadAsync(OfCommit, cancellationToken, application, commit);

    private Task<List<Build>> ReadAsync(Statement statement, CancellationToken cancellationToken, params Arg[] args) =>
        queries.ReadAsync(statement, row => row.Document(0, CoreJson.Default.Build), cancellationToken, args);
}

internal sealed class RecordBuildWriter : ChangeWriter<Change.RecordBuild>
{
    private static readonly Statement Insert = Several.Inserting(
        """
        INSERT INTO builds (id, application, version, reported_at, state) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1
        """,
        "text text text bigint text", Turn.Build);

    protected override void Write(Change.RecordBuild change, IStatements to)
    {
        var b = change.Build;
        to.Expect(
            $"{b.Application} has a build {b.Version} already", Insert, 1,
            b.Id, b.Application, b.Version, b.ReportedAt, JsonSerializer.Serialize(b, CoreJson.Default.Build));
    }

    protected override ChangeNotice? Notice(Change.RecordBuild change) => new("build", change.Build.Application);
}
