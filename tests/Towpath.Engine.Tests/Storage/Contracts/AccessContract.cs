using Towpath.Engine.Storage;
using static Towpath.Engine.Tests.Storage.Given;

namespace Towpath.Engine.Tests.Storage.Contracts;

public abstract class AccessContract(StoreHarness harness) : StoreContract(harness)
{
    private static readonly AccessToken Kim = new("t1", "hash1", "kim", "laptop", ["read", "deploy"], ["shop"], At, At.AddDays(30), null, Administrator: true);
    private static readonly AccessToken Ada = new("t2", "hash2", "ada", "ci", [], [], At.AddSeconds(1), null, null, Administrator: false);

    [Fact]
    public async Task Token_is_found_by_hash_and_by_id()
    {
        await SaveAsync(new Change.SaveToken(Ada), new Change.SaveToken(Kim));

        Assert.Equivalent(Kim, await Store.Access.FindTokenAsync("hash1", Token), strict: true);
        Assert.Equivalent(Ada, await Store.Access.GetTokenAsync("t2", Token), strict: true);
        Assert.Null(await Store.Access.FindTokenAsync("hash9", Token));
        Assert.Equal(["t1", "t2"], (await Store.Access.ListTokensAsync(Token)).Select(t => t.Id));
    }

    [Fact]
    public async Task Revoking_a_token_keeps_the_first_instant_and_ends_its_sessions()
    {
        await SaveAsync(
            new Change.SaveToken(Kim), new Change.SaveToken(Ada),
            new Change.SaveSession(new Session("s1", "t1", At, At.AddDays(1))), new Change.SaveSession(new Session("s2", "t2", At, At.AddDays(1))));

        await SaveAsync(new Change.RevokeToken("t1", At.AddHours(1)));
        await SaveAsync(new Change.RevokeToken("t1", At.AddHours(2)), new Change.RevokeToken("unknown", At));

        Assert.Equal(At.AddHours(1), (await Store.Access.GetTokenAsync("t1", Token))!.RevokedAt);
        Assert.Null(await Store.Access.FindSessionAsync("s1", Token));
        Assert.Equal(new Session("s2", "t2", At, At.AddDays(1)), await Store.Access.FindSessionAsync("s2", Token));
    }

    [Fact]
    public async Task Session_that_was_ended_is_not_found()
    {
        await SaveAsync(new Change.SaveSession(new Session("s1", "t1", At, At.AddDays(1))));

        await SaveAsync(new Change.EndSession("s1"));

        Assert.Null(await Store.Access.FindSessionAsync("s1", Token));
    }

    [Fact]
    [Trait("Row", "O2")]
    public async Task Token_from_outside_is_remembered_once_for_each_application()
    {
        var use = new TokenUse("jti", "web", "said", At.AddMinutes(6));
        await SaveAsync(new Change.RememberUse(use), new Change.RememberUse(use with { Application = "api" }));

        await RefusedAsync(new Change.RememberUse(use with { Report = "something else" }));
        Assert.Equal(use, await Store.Access.FindUseAsync("jti", "web", Token));
        Assert.Null(await Store.Access.FindUseAsync("jti", "other", Token));
        Assert.Null(await Store.Access.FindUseAsync("other", "web", Token));
    }

    [Fact]
    public async Task Configuration_moves_on_only_from_the_one_that_was_expected()
    {
        var first = Configuration("r1", "abc");
        Assert.Equal("", await Store.Configuration.CurrentRevisionAsync(Token));
        Assert.Null(await Store.Configuration.CurrentAsync(Token));
        await SaveAsync(new Change.ExpectConfiguration(""), new Change.SaveConfiguration(first, ""));

        await RefusedAsync(new Change.SaveConfiguration(Configuration("r2"), ""));
        await RefusedAsync(new Change.ExpectConfiguration(""), new Change.SaveSetting("a", "b"));
        await SaveAsync(new Change.ExpectConfiguration("r1"));

        Assert.Equivalent(first, await Store.Configuration.CurrentAsync(Token), strict: true);
        Assert.Equal("r1", await Store.Configuration.CurrentRevisionAsync(Token));
    }

    [Fact]
    public async Task Configuration_can_go_back_to_an_earlier_one()
    {
        await SaveAsync(new Change.SaveConfiguration(Configuration("r1"), ""));
        await SaveAsync(new Change.SaveConfiguration(Configuration("r2"), "r1"));
        await SaveAsync(new Change.SaveConfiguration(Configuration("r1") with { TakenUpAt = At.AddDays(1) }, "r2"));

        Assert.Equal(("r1", At.AddDays(1)), ((await Store.Configuration.CurrentAsync(Token))!.Revision, (await Store.Configuration.CurrentAsync(Token))!.TakenUpAt));
    }

    [Fact]
    public async Task Setting_is_saved_once_where_asked_and_taken_once()
    {
        await SaveAsync(new Change.SaveSetting("login/one", "x", OnlyIfAbsent: true), new Change.SaveSetting("login/two", "y"), new Change.SaveSetting("logins", "z"));

        await RefusedAsync(new Change.SaveSetting("login/one", "other", OnlyIfAbsent: true));
        Assert.Equal("x", await Store.Configuration.SettingAsync("login/one", Token));
        Assert.Equal(["login/one", "login/two"], (await Store.Configuration.SettingsAsync("login/", Token)).Keys.Order());

        await SaveAsync(new Change.SaveSetting("login/two", "w"), new Change.TakeSetting("login/one"));
        await RefusedAsync(new Change.TakeSetting("login/one"));
        Assert.Equal("w", await Store.Configuration.SettingAsync("login/two", Token));
        Assert.Null(await Store.Configuration.SettingAsync("login/one", Token));
    }

    [Fact]
    public async Task Store_that_answers_has_nothing_to_complain_of_and_can_be_pruned()
    {
        await SaveAsync(new Change.SaveSession(new Session("s1", "t1", At.AddYears(-9), At.AddYears(-8))), new Change.SaveSetting("a", "b"));

        await Store.PruneAsync(TimeSpan.FromDays(1), Token);

        Assert.Null(await Store.CheckAsync(Token));
        Assert.Equal("b", await Store.Configuration.SettingAsync("a", Token));
    }

    private static StoredConfiguration Configuration(string revision, string? source = null) =>
        new(revision, source, new Dictionary<string, string>(StringComparer.Ordinal) { ["apps/shop.yaml"] = "name: shop\n" }, At);
}
