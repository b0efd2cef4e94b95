using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Apps;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Rest;

namespace Towpath.Server.Features.GitHub.Teams;

/// <summary>
/// Reads again and again who is in the teams that give roles, one node for all. A no of GitHub's (no such team, not installed, not allowed) counts at once: nobody
/// is in the team. No answer leaves what was read before, which then ages, see <see cref="StoredTeams"/>. A team is known by GitHub's ids from the first reading on: nobody
/// is in one that was made anew under its name, or under that of its organization, until the team was out of organization.yaml once.
/// </summary>
public sealed partial class ReadTeams(
    IStore store, Configurations configurations, IGitHubAppSource app, InstallationsApi installations, TeamsApi teams, StoredTeams stored, TimeProvider time, ILogger<ReadTeams> logger) : IRecurringWork
{
    /// <summary>The subject of the notice that says so.</summary>
    public const string Notice = "teams";

    private const string WorkName = "read-teams";
    private const string Missing = "there is no such team, or the App may not read members";

    public string Name => WorkName;

    /// <summary>What did not change costs nothing of GitHub's limit.</summary>
    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    /// <summary>Has them read now.</summary>
    public static Change Wake { get; } = new Change.EnqueueOnce(new WorkItem { Kind = Queues.Recurring, Queue = Queues.Named(WorkName), Subject = WorkName });

    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        var configuration = await configurations.CurrentAsync(cancellationToken);
        var before = TeamReadings.Read(await store.Configuration.SettingAsync(TeamReadings.Setting, cancellationToken)).Teams.ToDictionary(t => t.Team, StringComparer.OrdinalIgnoreCase);
        var wanted = configuration.Organization.Teams;
        if (wanted.Count == 0 && before.Count == 0) return;
        var found = await ReadAsync(wanted, before, cancellationToken);
        List<Change> changes = [new Change.SaveSetting(TeamReadings.Setting, new TeamReadings(found).Write())];
        var isSame = found.Count == before.Count && found.All(team => before.TryGetValue(team.Team, out var earlier) && earlier.HasSameMembers(team) && Counted(earlier, team.ReadAt));
        // Who may approve what is another question now.
        if (!isSame) changes.AddRange(configuration.Applications.Keys.Select(Transitions.EvaluateApplication));
        await store.CommitAsync(new Commit { Fence = fence, Changes = changes }, cancellationToken);
        await stored.RefreshAsync(cancellationToken);
        store.Changes.Publish(new ChangeNotice("access", Notice));
    }

    /// <summary>Nobody looked at approvals while what was read before counted no longer.</summary>
    private static bool Counted(TeamReading earlier, DateTimeOffset until) => earlier.Problem is null && until - earlier.ReadAt < StoredTeams.GoodFor;

    private async Task<IReadOnlyList<TeamReading>> ReadAsync(IReadOnlyList<string> wanted, Dictionary<string, TeamReading> before, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0) return [];
        if (app.Current is null) return [.. wanted.Select(team => Nobody(team, before.GetValueOrDefault(team), "there is no GitHub App"))];
        try
        {
            var places = await PlacesAsync(cancellationToken);
            List<TeamReading> found = [];
            foreach (var team in wanted)
                if (await ReadAsync(team, places, before.GetValueOrDefault(team), cancellationToken) is { } reading) found.Add(reading);
            return found;
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            Log.NotNow(logger, exception.Message);
            return [.. wanted.Select(team => before.GetValueOrDefault(team)).OfType<TeamReading>().Select(team => team with { Problem = exception.Message })];
        }
    }

    /// <summary>Null where nothing is known of it, now and before.</summary>
    private async Task<TeamReading?> ReadAsync(string team, IReadOnlyDictionary<string, Place> places, TeamReading? before, CancellationToken cancellationToken)
    {
        var (organization, slug) = (team.Split('/')[0], team.Split('/')[1]);
        if (!places.TryGetValue(organization, out var place)) return Nobody(team, before, $"the App is not installed in {organization}");
        if (before?.OrganizationId is { } known && known != place.Organization) return Nobody(team, before, Another("organization", organization, place.Organization, known));
        try
        {
            if (await teams.FindAsync(place.Installation, organization, slug, cancellationToken) is not { } found) return Nobody(team, before, Missing);
            if (before?.TeamId is { } same && same != found.Id) return Nobody(team, before, Another("team", team, found.Id, same));
            List<string> members = [];
            await foreach (var member in teams.MembersAsync(place.Installation, organization, slug, cancellationToken))
                if (member.Type is null or "User") members.Add(member.Login);
            return new TeamReading { Team = team, Members = [.. members.Order(StringComparer.Ordinal)], ReadAt = time.GetUtcNow(), OrganizationId = place.Organization, TeamId = found.Id };
        }
        catch (GitHubException exception) when (exception.IsMissing || exception.IsDenied)
        {
            return Nobody(team, before, exception.IsMissing ? Missing : exception.Explanation);
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            Log.NotNow(logger, exception.Message);
            return before is null ? null : before with { Problem = exception.Message };
        }
    }

    private async Task<IReadOnlyDictionary<string, Place>> PlacesAsync(CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, Place>(StringComparer.OrdinalIgnoreCase);
        await foreach (var installation in installations.ListAsync(cancellationToken))
            if (installation is { SuspendedAt: null, Account: { Login: { Length: > 0 } login } account }) places[login] = new Place(installation.Id, account.Id);
        return places;
    }

    /// <summary>Which team was meant is remembered.</summary>
    private TeamReading Nobody(string team, TeamReading? before, string why) =>
        new() { Team = team, Members = [], ReadAt = time.GetUtcNow(), Problem = why, OrganizationId = before?.OrganizationId, TeamId = before?.TeamId };

    private static string Another(string what, string name, long now, long was) =>
        $"{name} is another {what} than the one that was meant: GitHub's id is {now}, and it was {was}. If it is meant, take the team out of organization.yaml, and put it back a minute later";

    private static bool IsTrouble(Exception exception) => exception is GitHubException or GitHubLimitedException or GitHubConfigurationException;

    /// <param name="Installation">Of the App.</param>
    /// <param name="Organization">GitHub's id.</param>
    private readonly record struct Place(long Installation, long Organization);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "GitHub's teams cannot be read now, and what was read before counts for ten minutes: {Why}")]
        public static partial void NotNow(ILogger logger, string why);
    }
}
