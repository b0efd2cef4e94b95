using Towpath.Engine.Storage;
using Towpath.Engine.Storage.Changes;
using Towpath.Engine.Storage.Dialects;
using Towpath.Engine.Storage.Feed;
using Towpath.Engine.Storage.Migrations;
using Towpath.Engine.Storage.Postgres;
using Towpath.Engine.Storage.Sqlite;
using Towpath.Engine.Storage.Work;
using Towpath.Testing;
using Towpath.Testing.Memory;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage;

public sealed class SmallPartsTests
{
    [Fact]
    public void Every_kind_of_change_has_a_writer() =>
        Assert.All(typeof(Change).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Change))), type => Assert.True(ChangeWriters.Handles(type), type.Name));

    [Fact]
    public void Migrations_are_numbered_without_gaps_and_alike_in_both_dialects()
    {
        var sqlite = Migration.Of("sqlite");

        Assert.Equal(Enumerable.Range(1, sqlite.Length), sqlite.Select(migration => migration.Number));
        Assert.Equal(sqlite.Select(migration => migration.Name), Migration.Of("postgres").Select(migration => migration.Name));
        Assert.True(new Migration(2, "0002_x", "-- compatible\nSELECT 1").Compatible);
        Assert.False(sqlite[0].Compatible);
    }

    [Fact]
    public void Notices_survive_the_journey_in_pieces_and_are_not_heard_by_their_sender()
    {
        var notices = Enumerable.Range(0, 2000).Select(i => new ChangeNotice("deployment", $"id {i} ü")).Append(new ChangeNotice("work", "")).ToList();

        var pieces = Notices.Pack("me", notices).ToList();

        Assert.All(pieces, piece => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(piece), 1, 7999));
        Assert.Equal(notices, pieces.SelectMany(piece => Notices.Unpack(piece, "you")));
        Assert.Empty(pieces.SelectMany(piece => Notices.Unpack(piece, "me")));
    }

    [Fact]
    public void Subscriber_that_fails_harms_neither_the_committer_nor_the_others()
    {
        var feed = new LocalFeed();
        List<ChangeNotice> heard = [];
        using var failing = feed.Subscribe(_ => throw new InvalidOperationException("broken"));
        var listening = feed.Subscribe(heard.Add);

        feed.Tell(new ChangeNotice("work", ""));
        listening.Dispose();
        feed.Tell(new ChangeNotice("work", ""));

        Assert.Single(heard);
    }

    [Fact]
    public void Heartbeat_beside_a_claim_calls_nothing_lost()
    {
        var known = new HandedOut();
        var fence = new Fence("1", 1);
        var before = known.Now();
        using (var claim = known.BeginClaim())
        {
            claim.Add(fence);
            Assert.Empty(known.NeverArrived(before, [fence]));
        }

        Assert.Empty(known.NeverArrived(before, [fence]));
        Assert.Empty(known.NeverArrived(known.Now(), [fence]));
        Assert.Equal([new Fence("2", 1)], known.NeverArrived(known.Now(), [fence, new Fence("2", 1)]));
    }

    [Fact]
    public void Store_clock_goes_on_evenly_when_the_system_clock_is_set_back()
    {
        var time = new SettableTime();
        var clock = new StoreClock(time);
        var start = clock.Now;
        time.Timestamp += TimeSpan.TicksPerSecond;
        time.UtcNow = DateTimeOffset.UnixEpoch;

        Assert.Equal(1_000_000, clock.Now - start);
    }

    [Fact]
    public void Instants_and_delays_are_microseconds_and_the_longest_delay_can_be_added()
    {
        Assert.Equal(At, Instants.FromMicroseconds(At.ToMicroseconds()));
        Assert.True(At.ToMicroseconds() + TimeSpan.MaxValue.Microseconds() > Instants.Never);
        Assert.Equal(0, TimeSpan.FromSeconds(-1).Microseconds());
    }

    [Fact]
    public async Task Memory_store_lets_a_test_cut_before_and_after_a_commit()
    {
        var store = new MemoryStore(new VirtualTime());
        var commit = new Commit { Changes = [new Change.SaveSetting("a", "b")] };
        store.Faults.BeforeCommit = _ => throw new StoreUnavailableException();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(commit, TestContext.Current.CancellationToken));
        Assert.Null(await store.Configuration.SettingAsync("a", TestContext.Current.CancellationToken));

        store.Faults.BeforeCommit = _ => Task.CompletedTask;
        store.Faults.AfterCommit = (_, _) => throw new StoreUnavailableException();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(commit, TestContext.Current.CancellationToken));
        Assert.Equal("b", await store.Configuration.SettingAsync("a", TestContext.Current.CancellationToken));
    }

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset UtcNow { get; set; } = VirtualTime.Start;

        public long Timestamp { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => UtcNow;

        public override long GetTimestamp() => Timestamp;
    }
}
