using System.Text.Json;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Access;

internal sealed class SaveTokenWriter : ChangeWriter<Change.SaveToken>
{
    private static readonly Statement Save = new("""
        INSERT INTO tokens (id, hash, user_name, name, scopes, applications, created_at, expires_at, revoked_at, administrator)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, user_name = excluded.user_name, name = excluded.name, scopes = excluded.scopes,
            applications = excluded.applications, expires_at = excluded.expires_at, revoked_at = excluded.revoked_at,
            administrator = excluded.administrator
        """);

    protected override void Write(Change.SaveToken change, IStatements to)
    {
        var t = change.Token;
        to.Execute(
            Save, t.Id, t.Hash, t.User, t.Name, List(t.Scopes), List(t.Applications), t.CreatedAt, t.ExpiresAt, t.RevokedAt, t.Administrator);
    }

    protected override ChangeNotice? Notice(Change.SaveToken change) => new("access", change.Token.Id);

    private static string List(IReadOnlyList<string> texts) => JsonSerializer.Serialize([.. texts], StorageJson.Default.StringArray);
}

internal sealed class RevokeTokenWriter : ChangeWriter<Change.RevokeToken>
{
    private static readonly Statement Revoke = new("UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");
    private static readonly Statement EndSessions = new("DELETE FROM sessions WHERE token_id = $1");

    protected override void Write(Change.RevokeToken change, IStatements to)
    {
        to.Execute(Revoke, change.Id, change.At);
        to.Execute(EndSessions, change.Id);
    }

    protected override ChangeNotice? Notice(Change.RevokeToken change) => new("access", change.Id);
}

internal sealed class SaveSessionWriter : ChangeWriter<Change.SaveSession>
{
    private static readonly Statement Save = new("""
        INSERT INTO sessions (hash, token_id, created_at, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (hash) DO UPDATE SET token_id = excluded.token_id, expires_at = excluded.expires_at
        """);

    protected override void Write(Change.SaveSession change, IStatements to) =>
        to.Execute(Save, change.Session.Hash, change.Session.TokenId, change.Session.CreatedAt, change.Session.ExpiresAt);
}

internal sealed class EndSessionWriter : ChangeWriter<Change.EndSession>
{
    private static readonly Statement End = new("DELETE FROM sessions WHERE hash = $1");

    protected override void Write(Change.EndSession change, IStatements to) => to.Execute(End, change.Hash);

    /// <summary>Whose it was is not known here: whoever keeps a stream open looks again.</summary>
    protected override ChangeNotice? Notice(Change.EndSession change) => new("access", "");
}

internal sealed class RememberUseWriter : ChangeWriter<Change.RememberUse>
{
    private static readonly Statement Remember = new("INSERT INTO used_tokens (token, application, report, forget_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1");

    protected override void Write(Change.RememberUse change, IStatements to)
    {
        var u = change.Use;
        to.Expect("the token was used for that application already", Remember, 1, u.Token, u.Application, u.Report, u.ForgetAt);
    }
}
