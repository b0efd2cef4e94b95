namespace Towpath.Cli.Tests.Launchers;

/// <summary>The launcher at the repository's root, with a compiler that only pretends.</summary>
public sealed class LauncherTests
{
    [Fact]
    public async Task First_call_says_that_it_builds_and_later_ones_do_not()
    {
        using var checkout = new FakeCheckout();
        var first = await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, ["status"]);
        Assert.Contains("building for the first time", first.Error, StringComparison.Ordinal);
        var second = await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, ["status"]);
        Assert.Empty(second.Error);
        Assert.Equal(1, checkout.Builds);
    }

    [Fact]
    public async Task Arguments_folder_and_exit_code_pass_through_as_they_are()
    {
        using var checkout = new FakeCheckout();
        string[] arguments = ["lock", "--reason", "two  words and a 'quote'", "", "*", "$HOME", "\\n", "--"];
        var ran = await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, arguments);
        Assert.Equal(7, ran.ExitCode);
        Assert.Equal($"version 1 in {checkout.Elsewhere}\n" + string.Concat(arguments.Select(a => $"<{a}>\n")), ran.Output);
    }

    [Fact]
    public async Task Link_to_it_finds_the_checkout()
    {
        using var checkout = new FakeCheckout();
        var ran = await checkout.CallAsync(checkout.LinkedAs("a link"), "/", []);
        Assert.Equal("version 1 in /\n", ran.Output);
    }

    [Fact]
    public async Task Concurrent_first_calls_build_once()
    {
        using var checkout = new FakeCheckout();
        var calls = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, [])));
        Assert.All(calls, call => Assert.StartsWith("version 1", call.Output, StringComparison.Ordinal));
        Assert.Equal(1, checkout.Builds);
    }

    [Fact]
    public async Task Changed_source_is_built_and_the_old_build_goes()
    {
        using var checkout = new FakeCheckout();
        await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, []);
        checkout.Touch("2");
        var ran = await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, []);
        Assert.StartsWith("version 2", ran.Output, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(checkout.Root, ".build"), "b.*"));
    }

    [Fact]
    public async Task Build_that_fails_leaves_the_last_one_that_worked()
    {
        using var checkout = new FakeCheckout();
        await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, []);
        checkout.Touch("2");
        checkout.Broken = true;
        var ran = await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, []);
        Assert.StartsWith("version 1", ran.Output, StringComparison.Ordinal);
        Assert.Contains("error CS0001: broken", ran.Error, StringComparison.Ordinal);
        Assert.Contains("going on with the last build that worked", ran.Error, StringComparison.Ordinal);
        checkout.Broken = false;
        Assert.StartsWith("version 2", (await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, [])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task First_build_that_fails_ends_with_a_message()
    {
        using var checkout = new FakeCheckout();
        checkout.Broken = true;
        var ran = await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, []);
        Assert.Equal(ExitCodes.Technical, ran.ExitCode);
        Assert.Empty(ran.Output);
        Assert.Contains("the build failed", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "there is no 'dotnet' on the PATH")]
    [InlineData(true, "8.0.100")]
    public async Task Missing_sdk_is_said_with_where_to_get_it(bool withDotnet, string said)
    {
        using var checkout = new FakeCheckout();
        checkout.Sdks("8.0.100 [/usr/share/dotnet/sdk]");
        var ran = await checkout.CallAsync(checkout.Launcher, checkout.Elsewhere, [], withDotnet);
        Assert.Equal(ExitCodes.Technical, ran.ExitCode);
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
        Assert.Contains("https://dotnet.microsoft.com/download/dotnet/10.0", ran.Error, StringComparison.Ordinal);
        Assert.Equal(0, checkout.Builds);
    }
}
