using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Towpath.Core;
using Towpath.Core.Environments;
using Towpath.Core.Gates;
using Towpath.Engine.Storage;
using Towpath.Engine.Tests.Storage;
using Towpath.Engine.Work;
using Towpath.GitHub.Webhooks.Gaps;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Features.GitHub.Watches;
using Towpath.Server.Tests.Features.Deliveries;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.GitHub.Watches;

/// <summary>
/// Random days of events, delivered over HTTP to a whole control plane: in order; in any order with repetitions; and with losses that GitHub is asked to deliver again. All
/// three end in the same facts, watches and requested deployments.
/// </summary>
[Trait("Row", "T5")]
[Trait("Row", "D3")]
public sealed class DayOfEventsTests(PostgresServer postgres)
{
    private const int Days = 12;

    /// <summary>In order, permuted, with losses: each in a repository of its own.</summary>
    private const int Ways = 3;

    private static readonly string[] Environments = ["dev", "next", "production"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lost_repeated_and_reordered_events_of_a_day_end_in_the_state_of_the_ordered_one(bool onPostgres)
    {
        var log = new ListedDeliveries();
        await using var server = await StartAsync(onPostgres ? await postgres.CreateAsync() : null, log);
        log.Server = server;
        var next = 0;
        var days = from day in Day.Any
                   from shuffled in Gen.Shuffle([.. day.Told, .. day.Told.Where((_, n) => n % 3 == 0)])
                   from other in Gen.Shuffle(day.Told.ToArray())
                   from lost in Gen.Choose(1, 4)
                   select (Day: day, Shuffled: shuffled, Other: other, Lost: lost);
        var isSame = Prop.ForAll(days.ToArbitrary(), day => Task.Run(async () =>
        {
            var first = Interlocked.Add(ref next, Ways) - Ways + 1;
            foreach (var told in day.Day.Told) await log.DeliverAsync(first, told, isLost: false);
            foreach (var part in day.Shuffled.Chunk(7)) await Task.WhenAll(part.Select(told => log.DeliverAsync(first + 1, told, isLost: false)));
            for (var n = 0; n < day.Other.Length; n++) await log.DeliverAsync(first + 2, day.Other[n], isLost: n % (day.Lost + 1) == 0);
            await server.Running.Services.GetServices<IRecurringWork>().OfType<RepairGaps>().Single().RunAsync(null!, CancellationToken.None);
            var states = new List<string>();
            for (var way = 0; way < Ways; way++) states.Add(await StateAsync(server, first + way));
            Assert.Equal(states[0], states[1]);
            Assert.Equal(states[0], states[2]);
            return true;
        }).GetAwaiter().GetResult());

        await Task.Run(() => isSame.Check(Config.QuickThrowOnFailure.WithMaxTest(Days)));
    }

    /// <summary>Everything that is to be the same, as text. Environments are locked, so that nothing that was requested is over before the day is.</summary>
    private static async Task<string> StateAsync(TestServer server, long repository)
    {
        await server.UntilNothingIsLeftToDoAsync();
        await WatchScene.UntilAsync(async () => await server.Store.Watches.NextLookAsync((int)(repository % Looks.Lanes), CancellationToken.None) is null);
        var store = server.Store;
        var state = new StringBuilder();
        foreach (var fact in await store.Facts.RefsAsync(repository, default)) state.Append($"ref {fact.Ref} at {fact.Sha} since {fact.At:T} by {fact.PushedBy} {fact.IsDisputed}\n");
        for (var pull = 1; pull <= 2; pull++)
            if (await store.Facts.PullAsync(repository, pull, default) is { } fact)
                state.Append($"pull {fact.Number} at {fact.HeadSha} open {fact.IsOpen} fork {fact.IsFork} {string.Join(',', fact.Labels)} {fact.UpdatedAt:T}\n");
        for (var commit = 1; commit <= 25; commit++)
            foreach (var fact in await store.Facts.OfCommitAsync(repository, commit.ToString("x40"), default)) state.Append($"{fact.Kind} {fact.Sha} {fact.App} {fact.Name} {fact.State} {fact.At:T}\n");
        foreach (var watch in await store.Watches.OfAsync([$"site-{repository}", $"built-{repository}"], default))
            state.Append($"watch {watch.Key.Application.Split('-')[0]}/{watch.Key.Environment} {watch.Ref} at {watch.Sha} since {watch.Since:T} {watch.State} {(watch.Reason is { } why ? GateWords.WaitsFor(why) : "")}\n");
        state.Append(await RequestedAsync(server, repository));
        return state.ToString();
    }

    /// <summary>The evaluation that follows the last event may still be on its way: after one here it has nothing to add.</summary>
    private static async Task<string> RequestedAsync(TestServer server, long repository)
    {
        var evaluations = server.Running.Services.GetRequiredService<GateEvaluations>();
        foreach (var waiting in await server.Store.Deployments.OpenAsync($"site-{repository}", default)) await evaluations.EvaluateAsync(waiting.Id, null, default);
        var open = await server.Store.Deployments.OpenAsync($"site-{repository}", default);
        return string.Concat(open.OrderBy(d => d.Key.Environment, StringComparer.Ordinal).Select(d => $"deployment {d.Key.Environment} {d.Commit} {d.Version} {d.Phase} waits for {(d.Gates is { } gates ? GateWords.WaitsFor(gates) : "")}\n"));
    }

    private static async Task<TestServer> StartAsync(string? database, ListedDeliveries log)
    {
        var folder = new Folder();
        for (var n = 1; n <= Days * Ways; n++)
        {
            folder.Write($"apps/site-{n}.yaml", $$"""
                name: site-{{n}}
                repository: acme/r{{n}}
                artifact: { kind: commit }
                version: ["{tag}", "sha-{sha}"]
                environments:
                  dev: { auto_deploy: { branch: main }, required_checks: [test], target: { kind: fake } }
                  next: { auto_deploy: { branch: "release/*" }, target: { kind: fake } }
                  production: { auto_deploy: { tag: "v*" }, approvals: [{ role: staff }], target: { kind: fake } }
                """);
            folder.Write($"apps/built-{n}.yaml", $$"""
                name: built-{{n}}
                repository: acme/r{{n}}
                artifact: { kind: static-site, source: "builds/{slug}/{sha}.zip" }
                environments:
                  dev: { auto_deploy: { branch: main }, target: { kind: fake } }
                """);
        }

        var server = await TestServer.StartAsync(database, folder, more: services => services.AddSingleton<IDeliveryLog>(log));
        var locked = new EnvironmentLock("ada", "a test", DateTimeOffset.UnixEpoch, null);
        await server.Store.CommitAsync(new Commit
        {
            Changes = [.. Enumerable.Range(1, Days * Ways).SelectMany(n => Environments.Select(environment => new Change.SetLock(new EnvironmentKey($"site-{n}", environment), locked)))],
        }, CancellationToken.None);
        return server;
    }

    /// <summary>Delivers, loses, lists all, and delivers again what is asked for.</summary>
    private sealed class ListedDeliveries : IDeliveryLog
    {
        private readonly List<(DeliveryAttempt Attempt, string Payload)> _attempts = [];

        public TestServer Server { get; set; } = null!;

        public async Task DeliverAsync(long repository, Told told, bool isLost)
        {
            var (guid, payload) = (Guid.CreateVersion7(), told.In(repository));
            var status = isLost ? 0 : (int)await Server.DeliverAsync(guid, payload, told.Event);
            lock (_attempts) _attempts.Add((new DeliveryAttempt(_attempts.Count + 1, guid, TimeProvider.System.GetUtcNow().AddMinutes(-10), told.Event, status, false), payload));
        }

        public IAsyncEnumerable<DeliveryAttempt> ListAsync(CancellationToken cancellationToken)
        {
            lock (_attempts) return Enumerable.Reverse(_attempts).Select(a => a.Attempt).ToList().ToAsyncEnumerable();
        }

        public async Task RedeliverAsync(long attempt, CancellationToken cancellationToken)
        {
            var (known, payload) = _attempts[(int)attempt - 1];
            Assert.Equal(HttpStatusCode.Accepted, await Server.DeliverAsync(known.Guid, payload, known.Event));
        }
    }
}
