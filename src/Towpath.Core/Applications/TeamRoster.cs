using System.Collections.Frozen;

namespace Towpath.Core.Applications;

/// <summary>Who is in GitHub's teams, as far as that is known. Nobody is in a team of which nothing is known.</summary>
/// <param name="Members">Logins by team, as <c>organization/team</c>.</param>
public sealed record TeamRoster(FrozenDictionary<string, IReadOnlyList<string>> Members)
{
    public static TeamRoster Empty { get; } = Of([]);

    public static TeamRoster Of(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> members) => new(members.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));

    public IReadOnlyList<string> Of(string team) => Members.GetValueOrDefault(team) ?? [];
}

/// <summary>Knows who is in teams now, without asking anybody.</summary>
public interface ITeamRosters
{
    /// <summary>The same object as long as nothing changed.</summary>
    TeamRoster Current { get; }
}
