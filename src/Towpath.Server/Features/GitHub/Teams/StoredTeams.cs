using Towpath.Core.Applications;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Apps;

namespace Towpath.Server.Features.GitHub.Teams;

/// <summary>
/// Who is in teams, as the store has it. What GitHub said counts for <see cref="GoodFor"/> after it was said: that long a role outlasts an outage of GitHub;
/// after it nobody is in the team until GitHub answers again. Without an App nobody is in any team.
/// </summary>
public sealed class StoredTeams(IStore store, IGitHubAppSource app, TimeProvider time) : ITeamRosters
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private string? _text;
    private List<Seen> _seen = [];
    private TeamRoster _roster = TeamRoster.Empty;

    public IReadOnlyList<TeamReading> Readings
    {
        get
        {
            lock (_lock) return [.. _seen.Select(s => s.Reading)];
        }
    }

    public TeamRoster Current
    {
        get
        {
            if (app.Current is null) return TeamRoster.Empty;
            lock (_lock)
            {
                if (_seen.Exists(s => s.Counts && !IsGood(s))) Rebuild();
                return _roster;
            }
        }
    }

    /// <exception cref="StoreUnavailableException">Nobody knows; what was known ages.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var text = await store.Configuration.SettingAsync(TeamReadings.Setting, cancellationToken);
        lock (_lock)
        {
            if (string.Equals(text, _text, StringComparison.Ordinal)) return;
            _text = text;
            _seen = [.. TeamReadings.Read(text).Teams.Select(See)];
            Rebuild();
        }
    }

    /// <summary>
    /// How old a reading is, this replica counts itself from when it first saw it, so that clocks which differ make none older or younger. Only what was there
    /// before this process is as old as it says.
    /// </summary>
    private Seen See(TeamReading reading)
    {
        var known = _seen.Find(s => string.Equals(s.Reading.Team, reading.Team, StringComparison.OrdinalIgnoreCase));
        if (known is not null && known.Reading.ReadAt == reading.ReadAt) return known with { Reading = reading };
        var age = known is null ? time.GetUtcNow() - reading.ReadAt : TimeSpan.Zero;
        return new Seen(reading, time.GetTimestamp(), age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }

    private bool IsGood(Seen seen) => seen.Age + time.GetElapsedTime(seen.At) < GoodFor;

    private void Rebuild()
    {
        _seen = [.. _seen.Select(s => s with { Counts = IsGood(s) })];
        var members = _seen.Where(s => s.Counts && s.Reading.Members.Count > 0).Select(s => KeyValuePair.Create(s.Reading.Team, s.Reading.Members));
        var roster = TeamRoster.Of(members);
        if (!IsSame(roster, _roster)) _roster = roster;
    }

    private static bool IsSame(TeamRoster one, TeamRoster other) =>
        one.Members.Count == other.Members.Count && one.Members.All(team => other.Members.TryGetValue(team.Key, out var members) && members.SequenceEqual(team.Value, StringComparer.Ordinal));

    /// <param name="Reading">What the store has.</param>
    /// <param name="At">When this process saw it first.</param>
    /// <param name="Age">How old it was then.</param>
    /// <param name="Counts">Whether it counted when the roster was made.</param>
    private sealed record Seen(TeamReading Reading, long At, TimeSpan Age, bool Counts = true);
}

/// <summary>
/// Keeps <see cref="StoredTeams"/> up to date: when somebody says that it changed, and every few seconds anyway, since that may get lost. Where another
/// configuration may name other teams, it has them read.
/// </summary>
internal sealed partial class TeamsRefresh(StoredTeams teams, IStore store, Configurations configurations, TimeProvider time, ILogger<TeamsRefresh> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly Signal _signal = new();
    private int _otherTeams = 1;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var feed = store.Changes.Subscribe(notice =>
        {
            if (notice.Topic == "configuration") Interlocked.Exchange(ref _otherTeams, 1);
            if (notice is { Topic: "access", Subject: ReadTeams.Notice } or { Topic: "configuration" }) _signal.Set();
        });
        while (true)
        {
            await _signal.WaitAsync(Every, time, stoppingToken);
            stoppingToken.ThrowIfCancellationRequested();
            await TryAsync(stoppingToken);
        }
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await teams.RefreshAsync(cancellationToken);
            if (Interlocked.Exchange(ref _otherTeams, 0) == 0) return;
            var wanted = (await configurations.CurrentAsync(cancellationToken)).Organization.Teams;
            if (wanted.Except(teams.Readings.Select(t => t.Team), StringComparer.OrdinalIgnoreCase).Any())
                await store.CommitAsync(new Commit { Changes = [ReadTeams.Wake] }, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            Interlocked.Exchange(ref _otherTeams, 1);
            Log.NotNow(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Who is in GitHub's teams cannot be looked up now: {Why}")]
        public static partial void NotNow(ILogger logger, string why);
    }
}
