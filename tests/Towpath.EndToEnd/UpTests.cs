using System.Net;
using System.Net.Sockets;
using Towpath.Testing;

namespace Towpath.EndToEnd;

/// <summary>Starting and stopping the control plane.</summary>
public sealed class UpTests
{
    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    [Fact]
    [Trait("Row", "T13")]
    public async Task First_start_gives_a_one_time_login_and_a_private_token_and_later_starts_do_not()
    {
        await using var plane = await ControlPlane.StartAsync();
        var login = plane.Greeting.GetProperty("login_url").GetString()!;
        Assert.StartsWith(plane.Url, login, StringComparison.Ordinal);
        var file = Path.Combine(plane.Folder, ".towpath", "admin.token");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(0, (await plane.AsAsync("administrator", "token", "list")).ExitCode);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var first = await http.GetAsync(new Uri(login), TestContext.Current.CancellationToken);
        Assert.True(first.Headers.Contains("Set-Cookie"));
        using var second = await http.GetAsync(new Uri(login), TestContext.Current.CancellationToken);
        Assert.False(second.Headers.Contains("Set-Cookie"));
        await plane.DownAsync();
        await plane.UpAsync();
        Assert.False(plane.Greeting.TryGetProperty("login_url", out _));
        Assert.Equal(0, (await plane.AsAsync("administrator", "token", "list")).ExitCode);
    }

    [Fact]
    public async Task Told_to_stop_it_stops_with_zero()
    {
        await using var plane = await ControlPlane.StartAsync();
        var process = plane.Process;
        process.Stop();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Second_process_on_the_same_file_is_refused_with_a_clear_message()
    {
        await using var plane = await ControlPlane.StartAsync();
        var ran = await TowpathProcess.RunAsync(plane.Folder, Nothing, ["up", "--urls", $"http://127.0.0.1:{Ports.Free(1)[0]}"]);
        Assert.Equal(4, ran.ExitCode);
        Assert.Contains("towpath.db", ran.Error, StringComparison.Ordinal);
        Assert.Contains("in use by another towpath process", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Busy_port_is_named_with_what_to_do()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var folder = Directory.CreateTempSubdirectory("towpath-e2e-").FullName;
        var ran = await TowpathProcess.RunAsync(folder, Nothing, ["up", "--urls", $"http://127.0.0.1:{port}"]);
        Assert.Equal(4, ran.ExitCode);
        Assert.Contains($"http://127.0.0.1:{port}", ran.Error, StringComparison.Ordinal);
        Assert.Contains("--urls", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("urls: nonsense://x\n", "towpath.yaml")]
    [InlineData("url: http://127.0.0.1:1\n", "urls")]
    public async Task Wrong_settings_are_said_with_their_place(string text, string said)
    {
        var folder = Directory.CreateTempSubdirectory("towpath-e2e-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "towpath.yaml"), text, TestContext.Current.CancellationToken);
        var ran = await TowpathProcess.RunAsync(folder, Nothing, ["up"]);
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Login_url_can_be_made_again_on_the_host()
    {
        await using var plane = await ControlPlane.StartAsync();
        var running = await TowpathProcess.RunAsync(plane.Folder, Nothing, ["token", "login-url"]);
        Assert.Equal(4, running.ExitCode);
        Assert.Contains("admin.token", running.Error, StringComparison.Ordinal);
        await plane.DownAsync();
        var made = await TowpathProcess.RunAsync(plane.Folder, Nothing, ["token", "login-url"]);
        Assert.Equal(0, made.ExitCode);
        await plane.UpAsync();
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var login = await http.GetAsync(new Uri(made.Output.Trim()), TestContext.Current.CancellationToken);
        Assert.True(login.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    [Trait("Row", "T3")]
    public async Task Killed_in_the_middle_of_a_deployment_it_goes_on_after_the_next_start()
    {
        const string commit = "1111111aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        await using var plane = await ControlPlane.StartAsync();
        plane.Build(commit, "one");
        Assert.Equal(0, (await plane.AsAsync("ci", "build", "add", "--app", "docs", "--commit", commit, "--branch", "main", "--artifact", $"builds/{commit}.zip")).ExitCode);
        await plane.KillAsync();
        await plane.UpAsync();
        await Patience.UntilAsync(
            async () => (await plane.JsonAsync("dana", 0, "history", "docs")).GetProperty("deployments").EnumerateArray().Any(d => d.GetProperty("phase").GetString() == "succeeded"),
            what: "it succeeds");
        Assert.Contains("one", (await ControlPlane.GetAsync(plane.Ports[1])).Body, StringComparison.Ordinal);
    }
}
