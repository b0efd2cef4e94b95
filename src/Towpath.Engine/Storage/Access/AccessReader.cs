using System.Data.Common;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Access;

internal sealed class AccessReader(IQueries queries) : IAccessReader
{
    private const string Columns = "id, hash, user_name, name, scopes, applications, created_at, expires_at, revoked_at, administrator";

    private static readonly Statement ByHash = new($"SELECT {Columns} FROM tokens WHERE hash = $1");
    private static readonly Statement ById = new($"SELECT {Columns} FROM tokens WHERE id = $1");
    private static readonly Statement All = new($"SELECT {Columns} FROM tokens ORDER BY created_at, id");
    private static readonly Statement SessionByHash = new("SELECT hash, token_id, created_at, expires_at FROM sessions WHERE hash = $1");

    private static readonly Statement Use = new("SELECT token, application, report, forget_at FROM used_tokens WHERE token = $1 AND application = $2");

    public Task<AccessToken?> FindTokenAsync(string hash, CancellationToken cancellationToken) =>
        queries.ReadAsync(ByHash, Token, cancellationToken, hash).FirstAsync();

    public Task<AccessToken?> GetTokenAsync(string id, CancellationToken cancellationToken) =>
        queries.ReadAsync(ById, Token, cancellationToken, id).FirstAsync();

    public async Task<IReadOnlyList<AccessToken>> ListTokensAsync(CancellationToken cancellationToken) =>
        await queries.ReadAsync(All, Token, cancellationToken);

    public Task<Session?> FindSessionAsync(string hash, CancellationToken cancellationToken) => queries.ReadAsync(
        SessionByHash, row => new Session(row.GetString(0), row.GetString(1), row.Instant(2), row.Instant(3)), cancellationToken, hash).FirstAsync();

    public Task<TokenUse?> FindUseAsync(string token, string application, CancellationToken cancellationToken) => queries.ReadAsync(
        Use, row => new TokenUse(row.GetString(0), row.GetString(1), row.GetString(2), row.Instant(3)), cancellationToken, token, application).FirstAsync();

    private static AccessToken Token(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), List(row, 4), List(row, 5),
        row.Instant(6), row.OptionalInstant(7), row.OptionalInstant(8), row.GetBoolean(9));

    private static string[] List(DbDataReader row, int column) => row.Document(column, StorageJson.Default.StringArray);
}
