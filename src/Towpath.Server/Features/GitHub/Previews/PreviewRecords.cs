using System.Globalization;
using System.Text.Json;
using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Core.Previews;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>Which preview, by the pull request's repository and number, the application, and the slot.</summary>
public sealed record PreviewName(PullReference Pull, EnvironmentKey Key)
{
    private const string Prefix = "github.preview:";

    public PreviewSlot Slot => PreviewSlot.TryParse(Key.Environment) ?? throw new InvalidOperationException($"{Key} is no slot");

    /// <summary>As the subject of a row.</summary>
    public override string ToString() => $"{Pull}/{Key}";

    internal string Setting => Prefix + this;

    internal static string PrefixOf(PullReference pull) => $"{Prefix}{pull}/";

    internal static string PrefixOfAll => Prefix;

    public static PreviewName Parse(string subject)
    {
        // A label may have slashes of its own, and so a slot that there will never be.
        var parts = (subject.StartsWith(Prefix, StringComparison.Ordinal) ? subject[Prefix.Length..] : subject).Split('/', 4);
        return new PreviewName(
            new PullReference(long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture), long.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture)),
            new EnvironmentKey(parts[2], parts[3]));
    }
}

/// <summary>What is remembered of previews: their end takes longer than one commit, and what they wait for is told in their pull request.</summary>
public sealed class PreviewRecords(IStore store)
{
    public Task<IReadOnlyDictionary<PreviewName, PreviewRecord>> OfAsync(PullReference pull, CancellationToken cancellationToken) => ListAsync(PreviewName.PrefixOf(pull), cancellationToken);

    public Task<IReadOnlyDictionary<PreviewName, PreviewRecord>> AllAsync(CancellationToken cancellationToken) => ListAsync(PreviewName.PrefixOfAll, cancellationToken);

    public async Task<PreviewRecord?> FindAsync(PreviewName name, CancellationToken cancellationToken) =>
        await store.Configuration.SettingAsync(name.Setting, cancellationToken) is { Length: > 0 } text ? Read(text) : null;

    public static Change Save(PreviewName name, PreviewRecord record) => new Change.SaveSetting(name.Setting, JsonSerializer.Serialize(record, CoreJson.Default.PreviewRecord));

    private async Task<IReadOnlyDictionary<PreviewName, PreviewRecord>> ListAsync(string prefix, CancellationToken cancellationToken) =>
        (await store.Configuration.SettingsAsync(prefix, cancellationToken)).ToDictionary(pair => PreviewName.Parse(pair.Key), pair => Read(pair.Value));

    private static PreviewRecord Read(string text) => JsonSerializer.Deserialize(text, CoreJson.Default.PreviewRecord) ?? throw new InvalidDataException("a preview is remembered as nothing");
}
