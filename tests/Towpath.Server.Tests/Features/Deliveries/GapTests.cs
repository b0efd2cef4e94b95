using System.Net;
using Towpath.Core.Facts;
using Towpath.Engine.Work;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Webhooks.Gaps;
using Towpath.Server.Features.GitHub.Deliveries;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features.Deliveries;

[Trait("Row", "T5")]
public sealed class GapTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lost_deliveries_are_asked_for_and_the_facts_are_those_of_all()
    {
        var log = new ForgetfulGitHub();
        await using var server = await TestServer.StartAsync(more: services => services.AddSingleton<IDeliveryLog>(log));
        log.Server = server;
        for (var n = 0; n < 30; n++) await log.DeliverAsync(Sent.Push(n == 29 ? Sent.Sha2 : Sent.Sha, n), isLost: n % 3 == 2);
        var repair = server.Running.Services.GetServices<IRecurringWork>().OfType<RepairGaps>().Single();

        await repair.RunAsync(null!, Token);
        foreach (var guid in log.Guids) await server.SettledAsync(guid);
        var asked = log.Asked;
        await repair.RunAsync(null!, Token);

        Assert.Equal((10, 10), (asked, log.Asked));
        Assert.Equal(new RefFact(7, "refs/heads/main", Sent.Sha2, DateTimeOffset.FromUnixTimeSeconds(1_900_000_029)) { PushedBy = "kim" }, await server.Store.Facts.RefAsync(7, "refs/heads/main", Token));
        Assert.NotNull(await server.Store.Configuration.SettingAsync(RepairGaps.Swept, Token));
    }

    [Fact]
    public async Task One_that_GitHub_does_not_send_again_keeps_no_other_back()
    {
        var log = new ForgetfulGitHub { Gone = 3 };
        await using var server = await TestServer.StartAsync(more: services => services.AddSingleton<IDeliveryLog>(log));
        log.Server = server;
        for (var n = 0; n < 9; n++) await log.DeliverAsync(Sent.Push(Sent.Sha, n), isLost: n % 3 == 2);

        await server.Running.Services.GetServices<IRecurringWork>().OfType<RepairGaps>().Single().RunAsync(null!, Token);

        Assert.Equal(3, log.Asked);
        Assert.Equal(8, (await server.Store.Deliveries.KnownAsync([.. log.Guids], Token)).Count);
        Assert.NotNull(await server.Store.Configuration.SettingAsync(RepairGaps.Swept, Token));
    }

    /// <summary>Loses some on the way, lists all, and sends what is asked for.</summary>
    private sealed class ForgetfulGitHub : IDeliveryLog
    {
        private readonly List<(DeliveryAttempt Attempt, string Payload)> _attempts = [];

        public TestServer Server { get; set; } = null!;

        public int Asked { get; private set; }

        /// <summary>The attempt that it does not have any more.</summary>
        public long Gone { get; init; }

        public IReadOnlyList<Guid> Guids => [.. _attempts.Select(a => a.Attempt.Guid).Distinct()];

        public async Task DeliverAsync(string payload, bool isLost)
        {
            var guid = Guid.CreateVersion7();
            var status = isLost ? 0 : (int)await Server.DeliverAsync(guid, payload);
            _attempts.Add((new DeliveryAttempt(_attempts.Count + 1, guid, TimeProvider.System.GetUtcNow().AddMinutes(-10), "push", status, false), payload));
        }

        public IAsyncEnumerable<DeliveryAttempt> ListAsync(CancellationToken cancellationToken) => Enumerable.Reverse(_attempts).Select(a => a.Attempt).ToAsyncEnumerable();

        public async Task RedeliverAsync(long attempt, CancellationToken cancellationToken)
        {
            Asked++;
            if (attempt == Gone) throw new GitHubException(new GitHubFailure("asking for a delivery again", 404, "", "Not Found"));
            var (known, payload) = _attempts.Single(a => a.Attempt.Id == attempt);
            Assert.Equal(HttpStatusCode.Accepted, await Server.DeliverAsync(known.Guid, payload));
        }
    }
}
