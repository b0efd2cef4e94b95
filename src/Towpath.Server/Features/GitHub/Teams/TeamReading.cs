using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towpath.Server.Features.GitHub.Teams;

/// <summary>What GitHub said last of one team.</summary>
public sealed record TeamReading
{
    /// <summary>As <c>organization/team</c>.</summary>
    public required string Team { get; init; }

    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>GitHub's id of the organization when the team was read first; null while it never was.</summary>
    public long? OrganizationId { get; init; }

    /// <summary>GitHub's id of the team when it was read first.</summary>
    public long? TeamId { get; init; }

    /// <summary>When GitHub said so.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>Why nobody is in it, or why it could not be read again.</summary>
    public string? Problem { get; init; }

    public bool HasSameMembers(TeamReading other) => Members.Order(StringComparer.Ordinal).SequenceEqual(other.Members.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>All teams that give roles, in one setting of the store.</summary>
/// <param name="Teams">Each once.</param>
public sealed record TeamReadings(IReadOnlyList<TeamReading> Teams)
{
    public const string Setting = "github.teams";

    public static TeamReadings None { get; } = new([]);

    public string Write() => JsonSerializer.Serialize(this, TeamReadingsJson.Default.TeamReadings);

    /// <summary>None where it is not as this version writes it.</summary>
    public static TeamReadings Read(string? text)
    {
        try
        {
            return text is null ? None : JsonSerializer.Deserialize(text, TeamReadingsJson.Default.TeamReadings) ?? None;
        }
        catch (JsonException)
        {
            return None;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TeamReadings))]
internal sealed partial class TeamReadingsJson : JsonSerializerContext;
