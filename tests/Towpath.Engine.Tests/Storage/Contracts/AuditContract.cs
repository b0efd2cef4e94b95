using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage.Contracts;

public abstract class AuditContract(StoreHarness harness) : StoreContract(harness)
{
    private static readonly ChainHead Second = new(2, "h2");

    [Fact]
    [Trait("Row", "O9")]
    public async Task Entries_are_unsealed_in_the_order_of_writing_until_they_are_sealed()
    {
        await SaveAsync(new Change.AppendAudit(Audit(3)), new Change.AppendAudit(Audit(1)), new Change.AppendAudit(Audit(2)));
        Assert.Equal([Audit(3), Audit(1)], await Store.Audit.UnsealedAsync(2, Token));
        Assert.Equal(ChainHead.Genesis, await Store.Audit.HeadAsync(Token));

        await SaveAsync(Seal(ChainHead.Genesis, 3, 1));

        Assert.Equal([Audit(2)], await Store.Audit.UnsealedAsync(10, Token));
        Assert.Equal(Second, await Store.Audit.HeadAsync(Token));
        Assert.Equal([new SealedAuditEntry(1, "h1", Audit(3)), new SealedAuditEntry(2, "h2", Audit(1))], await Store.Audit.ReadAsync(0, 10, Token));
        Assert.Equal(2, Assert.Single(await Store.Audit.ReadAsync(1, 10, Token)).Position);
    }

    [Fact]
    public async Task Seal_on_another_head_is_a_conflict_and_seals_nothing()
    {
        await SaveAsync(new Change.AppendAudit(Audit(1)), new Change.AppendAudit(Audit(2)), new Change.AppendAudit(Audit(3)), new Change.AppendAudit(Audit(4)));
        await SaveAsync(Seal(ChainHead.Genesis, 1, 2));

        await RefusedAsync(Seal(ChainHead.Genesis, 3, 4));

        Assert.Equal(2, (await Store.Audit.UnsealedAsync(10, Token)).Count);
        Assert.Equal(Second, await Store.Audit.HeadAsync(Token));
    }

    [Fact]
    public async Task Seal_of_an_entry_that_is_sealed_or_missing_is_a_conflict()
    {
        await SaveAsync(new Change.AppendAudit(Audit(1)), new Change.AppendAudit(Audit(2)), new Change.AppendAudit(Audit(3)));
        await SaveAsync(Seal(ChainHead.Genesis, 1, 2));

        await RefusedAsync(new Change.SealAudit(Second, new ChainHead(4, "h4"), [new AuditSeal(Id(3), 3, "h3"), new AuditSeal(Id(2), 4, "h4")]));
        await RefusedAsync(new Change.SealAudit(Second, new ChainHead(3, "h3"), [new AuditSeal(Id(9), 3, "h3")]));

        Assert.Equal(Second, await Store.Audit.HeadAsync(Token));
    }

    [Fact]
    public async Task Recent_entries_are_filtered_and_newest_first()
    {
        await SaveAsync(
            new Change.AppendAudit(Audit(1, "shop", 7)), new Change.AppendAudit(Audit(2, "docs", 8)),
            new Change.AppendAudit(Audit(3, null)), new Change.AppendAudit(Audit(4, "shop", 8)));

        Assert.Equal([Id(4), Id(3)], await RecentAsync(null, null, 2));
        Assert.Equal([Id(4), Id(1)], await RecentAsync("shop", null));
        Assert.Equal([Id(4), Id(2)], await RecentAsync(null, 8));
        Assert.Equal([Id(2)], await RecentAsync("docs", 8));
    }

    private static Change.SealAudit Seal(ChainHead expected, int first, int second) =>
        new(expected, Second, [new AuditSeal(Id(first), 1, "h1"), new AuditSeal(Id(second), 2, "h2")]);

    private async Task<IEnumerable<string>> RecentAsync(string? application, int? deployment, int limit = 10) =>
        (await Store.Audit.RecentAsync(application, deployment is { } d ? new DeploymentId(Id(d)) : null, limit, Token)).Select(e => e.Id);
}
