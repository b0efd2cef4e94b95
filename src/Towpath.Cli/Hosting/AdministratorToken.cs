using System.Text.Json.Nodes;
using Towpath.Engine.Storage;
using Towpath.Server.Features.Audit;
using Towpath.Server.Security;

namespace Towpath.Cli.Hosting;

/// <summary>
/// At the first start, a token for the administrator's commands on this machine, in a file that only its owner reads. Whoever can read the data
/// folder can read the keys and, with SQLite, the database, too: the file gives nothing away that they do not have.
/// </summary>
internal sealed class AdministratorToken(IStore store, Audits audits, TimeProvider time)
{
    private const string User = "administrator";

    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var secret = Secret.NewToken();
        var now = time.GetUtcNow();
        var token = new AccessToken(
            Guid.CreateVersion7(now).ToString("N"), Secret.Hash(secret), User, $"commands on {Environment.MachineName}", PermissionWords.AllScopes, [],
            now, ExpiresAt: null, RevokedAt: null, Administrator: true);
        // The file first: a token that nobody knows would only be clutter, a file without its token is written over.
        await WritePrivatelyAsync(path, secret + "\n", cancellationToken);
        Change[] changes = [new Change.SaveToken(token), audits.Of(User, "token.created", new JsonObject { ["token"] = token.Id, ["user"] = User, ["name"] = token.Name })];
        if (await store.CommitAsync(new Commit { Changes = changes }, cancellationToken) is not CommitOutcome.Committed)
            throw new InvalidOperationException("a new token's id and hash are new");
    }

    private static async Task WritePrivatelyAsync(string path, string text, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        await using (var writer = new StreamWriter(temporary, options)) await writer.WriteAsync(text.AsMemory(), cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }
}
