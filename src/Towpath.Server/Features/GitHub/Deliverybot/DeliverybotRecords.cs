using System.Text.Json;
using System.Text.Json.Serialization;
using Towpath.Core.Applications;
using Towpath.Core.Deliverybot;
using Towpath.Core.Operators;
using Towpath.Engine.Storage;
using Towpath.Server.Api;
using Towpath.Server.Security;

namespace Towpath.Server.Features.GitHub.Deliverybot;

/// <summary>What was found at the last look at one repository's file.</summary>
public sealed record DeliverybotRecord
{
    public static DeliverybotRecord None { get; } = new();

    /// <summary>The commit that was looked at; null where it could not be told.</summary>
    public string? Commit { get; init; }

    /// <summary>The commit that the file in force was read from last; null where none is in force.</summary>
    public string? InForce { get; init; }

    /// <summary>Git's name for the bytes of the file in force.</summary>
    public string? Blob { get; init; }

    /// <summary>What keeps it, or a newer one, from being taken up.</summary>
    public IReadOnlyList<SpecError> Problems { get; init; } = [];

    /// <summary>What the file in force means otherwise here than with Deliverybot.</summary>
    public IReadOnlyList<DeliverybotNote> Notes { get; init; } = [];
}

/// <summary>Remembers what was found, so that every node shows the same.</summary>
public sealed class DeliverybotRecords(ServerOptions options, IStore store)
{
    private const string Settings = "deliverybot/";

    public static Change Save(DeliverybotRepository repository, DeliverybotRecord record) =>
        new Change.SaveSetting(KeyOf(repository), JsonSerializer.Serialize(record, DeliverybotJson.Default.DeliverybotRecord));

    /// <summary>Null where nobody looked yet.</summary>
    public async Task<DeliverybotRecord?> FindAsync(DeliverybotRepository repository, CancellationToken cancellationToken) => Read(await store.Configuration.SettingAsync(KeyOf(repository), cancellationToken));

    /// <summary>All repositories whose application the caller may read, in the order of <c>towpath.yaml</c>.</summary>
    public async Task<IReadOnlyList<DeliverybotView>> ForAsync(Rights rights, CancellationToken cancellationToken)
    {
        if (options.Deliverybot.Count == 0) return [];
        var saved = await store.Configuration.SettingsAsync(Settings, cancellationToken);
        return [.. options.Deliverybot.Where(one => rights.May(Permission.Read, one.Application)).Select(one => View(one, Read(saved.GetValueOrDefault(KeyOf(one))) ?? DeliverybotRecord.None))];
    }

    /// <summary>What is wrong with them, for whoever lists what is wrong with the configuration.</summary>
    public async Task<IReadOnlyList<SpecError>> ProblemsAsync(Rights rights, CancellationToken cancellationToken) =>
        [.. (await ForAsync(rights, cancellationToken)).SelectMany(view => view.Problems)];

    private static DeliverybotView View(DeliverybotRepository repository, DeliverybotRecord record) =>
        new(repository.At.Repository, repository.Application, record.InForce, record.Problems, record.Notes);

    private static DeliverybotRecord? Read(string? saved) => saved is null ? null : JsonSerializer.Deserialize(saved, DeliverybotJson.Default.DeliverybotRecord);

    private static string KeyOf(DeliverybotRepository repository) => $"{Settings}{repository.Application}/{repository.At.Repository.ToLowerInvariant()}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeliverybotRecord))]
internal sealed partial class DeliverybotJson : JsonSerializerContext;
