using Towpath.Core;
using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Engine.Tests.Storage.Contracts;

[Trait("Row", "D4")]
public abstract class MirrorContract(StoreHarness harness) : StoreContract(harness)
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    [Fact]
    public async Task What_GitHub_shows_is_kept_until_it_is_inactive()
    {
        var first = Mirror("1", "web") with { GitHubId = 11, State = "success" };
        var second = Mirror("2", "web") with { GitHubId = 12 };
        await SaveAsync(new Change.SaveMirror(second), new Change.SaveMirror(first), new Change.SaveMirror(Mirror("3", "web")), new Change.SaveMirror(Mirror("4", "other") with { GitHubId = 14 }));
        Assert.Equal([first, second], await Store.Mirrors.ShownAsync("web", Token));

        var ended = first with { State = "inactive", Failures = 2, Problem = "gone" };
        await SaveAsync(new Change.SaveMirror(ended));
        Assert.Equal(ended, await Store.Mirrors.GetAsync(first.Deployment, Token));
        Assert.Equal([second], await Store.Mirrors.ShownAsync("web", Token));
        Assert.Null(await Store.Mirrors.GetAsync(new DeploymentId("9"), Token));
    }

    [Fact]
    public async Task Who_asks_waits_until_it_is_answered_and_is_kept_once()
    {
        var one = new ProtectionRequest(7, 70, "production", "1111", At);
        var two = new ProtectionRequest(7, 71, "production", "2222", At.AddSeconds(-1));
        await SaveAsync(new Change.AddProtectionRequest(one), new Change.AddProtectionRequest(two), new Change.AddProtectionRequest(one with { Sha = "3333" }));
        Assert.Equal([two, one], await Store.Mirrors.WaitingAsync(Token));

        await SaveAsync(new Change.SaveProtectionRequest(one with { Told = "waits", Reports = 1 }), new Change.SaveProtectionRequest(two with { Answer = "approved" }));
        Assert.Equal([one with { Told = "waits", Reports = 1 }], await Store.Mirrors.WaitingAsync(Token));
        Assert.Equal("approved", (await Store.Mirrors.RequestAsync(7, 71, "production", Token))!.Answer);
    }

    private static DeploymentMirror Mirror(string id, string application) => new(new DeploymentId(id), new EnvironmentKey(application, "production"), 7);
}
