using System.Text.Json;
using Towpath.Core;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Configuration;

internal sealed class ExpectConfigurationWriter : ChangeWriter<Change.ExpectConfiguration>
{
    private static readonly Statement Same = new("SELECT 1 FROM current_configuration WHERE revision = $1")
    {
        Several = new Several($"SELECT 1 FROM {Several.Rows("text")} AS expected (revision) JOIN current_configuration AS c ON c.id = 1 AND c.revision = expected.revision", Turn.Configuration),
    };

    /// <summary>Sorted behind every queue, so that locks are always taken in the same order.</summary>
    public static readonly LineLock Stands = new("~configuration", Shared: true);

    protected override LineLock? Lock(Change.ExpectConfiguration change) => Stands;

    protected override void Write(Change.ExpectConfiguration change, IStatements to) =>
        to.Expect("another configuration is current", Same, 1, change.Revision);
}

internal sealed class SaveConfigurationWriter : ChangeWriter<Change.SaveConfiguration>
{
    private static readonly Statement MoveOn = new("UPDATE current_configuration SET revision = $2 WHERE revision = $1 RETURNING 1");
    private static readonly Statement Save = new("""
        INSERT INTO configurations (revision, source, files, taken_up_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (revision) DO UPDATE SET source = excluded.source, files = excluded.files, taken_up_at = excluded.taken_up_at
        """);

    protected override LineLock? Lock(Change.SaveConfiguration change) => ExpectConfigurationWriter.Stands with { Shared = false };

    protected override void Write(Change.SaveConfiguration change, IStatements to)
    {
        var c = change.Configuration;
        to.Expect("another configuration is current", MoveOn, 1, change.ExpectedRevision, c.Revision);
        to.Execute(Save, c.Revision, c.Source, JsonSerializer.Serialize(c.Files, CoreJson.Default.IReadOnlyDictionaryStringString), c.TakenUpAt);
    }

    protected override ChangeNotice? Notice(Change.SaveConfiguration change) => new("configuration", "");
}

internal sealed class SaveSettingWriter : ChangeWriter<Change.SaveSetting>
{
    private static readonly Statement Save = new("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    private static readonly Statement SaveFirst = new("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING 1");

    protected override void Write(Change.SaveSetting change, IStatements to)
    {
        if (change.OnlyIfAbsent) to.Expect($"{change.Name} has a value already", SaveFirst, 1, change.Name, change.Value);
        else to.Execute(Save, change.Name, change.Value);
    }
}

internal sealed class TakeSettingWriter : ChangeWriter<Change.TakeSetting>
{
    private static readonly Statement Take = new("DELETE FROM settings WHERE name = $1 RETURNING 1");

    protected override void Write(Change.TakeSetting change, IStatements to) => to.Expect($"{change.Name} has no value", Take, 1, change.Name);
}
