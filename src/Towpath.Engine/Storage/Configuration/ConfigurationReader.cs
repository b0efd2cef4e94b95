using Towpath.Core;
using Towpath.Engine.Storage.Dialects;

namespace Towpath.Engine.Storage.Configuration;

internal sealed class ConfigurationReader(IQueries queries) : IConfigurationReader
{
    private static readonly Statement Current = new("""
        SELECT c.revision, c.source, c.files, c.taken_up_at FROM configurations c JOIN current_configuration n ON n.revision = c.revision
        """);

    private static readonly Statement Revision = new("SELECT revision FROM current_configuration") { IsByKey = true };
    private static readonly Statement Setting = new("SELECT value FROM settings WHERE name = $1") { IsByKey = true };
    private static readonly Statement Prefix = new("SELECT name, value FROM settings WHERE substr(name, 1, length($1)) = $1");

    public Task<StoredConfiguration?> CurrentAsync(CancellationToken cancellationToken) => queries.ReadAsync(
        Current,
        row => new StoredConfiguration(
            row.GetString(0), row.Text(1), row.Document(2, CoreJson.Default.IReadOnlyDictionaryStringString), row.Instant(3)),
        cancellationToken).FirstAsync();

    public async Task<string> CurrentRevisionAsync(CancellationToken cancellationToken) =>
        await queries.ReadAsync(Revision, row => row.GetString(0), cancellationToken).FirstAsync() ?? "";

    public Task<string?> SettingAsync(string name, CancellationToken cancellationToken) =>
        queries.ReadAsync(Setting, row => row.GetString(0), cancellationToken, name).FirstAsync();

    public async Task<IReadOnlyDictionary<string, string>> SettingsAsync(string prefix, CancellationToken cancellationToken)
    {
        var rows = await queries.ReadAsync(Prefix, row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken, prefix);
        return new Dictionary<string, string>(rows, StringComparer.Ordinal);
    }
}
