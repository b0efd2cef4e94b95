using System.Text.Json;
using Towpath.Core;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Facts;

internal sealed class AddPullCommandWriter : ChangeWriter<Change.AddPullCommand>
{
    private static readonly Statement Add = new("INSERT INTO pull_commands (repository_id, comment_id, number, answer, state) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");

    protected override void Write(Change.AddPullCommand change, IStatements to)
    {
        var c = change.Command;
        to.Execute(Add, c.RepositoryId, c.CommentId, c.Number, c.State.ToString(), JsonSerializer.Serialize(c, CoreJson.Default.PullCommand));
    }
}

internal sealed class SavePullCommandWriter : ChangeWriter<Change.SavePullCommand>
{
    private static readonly Statement Save = new("UPDATE pull_commands SET answer = $3, state = $4 WHERE repository_id = $1 AND comment_id = $2");

    protected override void Write(Change.SavePullCommand change, IStatements to)
    {
        var c = change.Command;
        to.Execute(Save, c.RepositoryId, c.CommentId, c.State.ToString(), JsonSerializer.Serialize(c, CoreJson.Default.PullCommand));
    }
}

internal sealed class ForgetPullCommandWriter : ChangeWriter<Change.ForgetPullCommand>
{
    private static readonly Statement Forget = new("DELETE FROM pull_commands WHERE repository_id = $1 AND comment_id = $2");

    protected override void Write(Change.ForgetPullCommand change, IStatements to) => to.Execute(Forget, change.RepositoryId, change.CommentId);
}
