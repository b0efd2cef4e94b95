using System.Diagnostics;
using System.Text.Json;
using Towpath.Cli.CommandLine;
using Towpath.Cli.Tests.Processes;
using Towpath.Testing;

namespace Towpath.Cli.Tests.CommandLine;

/// <summary>What goes where, and in which form, tried on the real process.</summary>
public sealed class OutputTests
{
    /// <summary>A call of every command that can be tried here, with the exit code that it has to end with.</summary>
    private static readonly Dictionary<string, (string Arguments, int ExitCode)> Calls = new(StringComparer.Ordinal)
    {
        ["up"] = ("--config nowhere.yaml", 2), ["validate"] = ("", 0), ["build add"] = ("--app web --commit abc1234", 4),
        ["promote"] = ("web --to dev", 4), ["approve"] = ("web --env dev", 4), ["reject"] = ("web --env dev", 4), ["cancel"] = ("web --env dev", 4),
        ["retry"] = ("web --env dev", 4), ["rollback"] = ("web --env dev", 4), ["deploy"] = ("web --env dev --version v1 --plan", 2), ["verify"] = ("web", 2), ["observe"] = ("web", 2), ["adopt"] = ("web --env dev", 4), ["status"] = ("", 4),
        ["history"] = ("web", 4), ["logs"] = ("12345678", 4), ["lock"] = ("web --env dev --reason x", 4), ["pin"] = ("web --env dev --version v1 --reason x", 4), ["unpin"] = ("web --env dev", 4), ["unlock"] = ("web --env dev", 4),
        ["resume"] = ("web --env dev", 4), ["token create"] = ("--user kim --name x", 4), ["token list"] = ("", 4), ["token revoke"] = ("x", 4),
        ["token login-url"] = ("--config nowhere.yaml", 2), ["audit export"] = ("", 4), ["audit verify"] = ("--file nowhere.jsonl", 2), ["deliveries list"] = ("", 4), ["deliveries show"] = ("72d3162e-cc78-11e3-81ab-4c9367dc0958", 4), ["deliveries replay"] = ("72d3162e-cc78-11e3-81ab-4c9367dc0958", 4),
        ["github environments"] = ("", 4), ["aws bootstrap"] = ("--plan --apply", 2), ["tag"] = ("127.0.0.1:1/web:v1 v2", 2),
        // The whole story has an end-to-end test of its own; here only that it understands what it is told.
        ["demo"] = ("--unknown", 2),
    };

    public static TheoryData<string> Commands() => [.. Descriptions.Leaves(Tree.Build()).Select(c => c.Path["towpath ".Length..])];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_with_json_prints_exactly_one_value_on_stdout(string command)
    {
        using var folder = new TemporaryFolder();
        var (arguments, exitCode) = Calls[command];
        var port = Ports.Free(1)[0];
        var ran = await TowpathProcess.RunAsync(
            folder.Path, new Dictionary<string, string?>(StringComparer.Ordinal) { ["TOWPATH_URL"] = $"http://127.0.0.1:{port}" },
            [.. $"{command} {arguments}".Split(' ', StringSplitOptions.RemoveEmptyEntries), "--json"]);
        Assert.Equal(exitCode, ran.ExitCode);
        using var json = JsonDocument.Parse(ran.Output);
        if (exitCode == 0) return;
        var error = json.RootElement.GetProperty("error");
        Assert.Equal(exitCode, error.GetProperty("exit_code").GetInt32());
        Assert.NotEmpty(error.GetProperty("code").GetString()!);
        Assert.Contains(error.GetProperty("message").GetString()!, ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("promot", "unknown command 'promot'", "did you mean `towpath promote`?")]
    [InlineData("promote web", "--to is missing", "see `towpath promote --help`")]
    [InlineData("promote --to dev", "APPLICATION is missing", "see `towpath promote --help`")]
    [InlineData("promote web --to dev --wiat", "unknown option '--wiat'", "did you mean `towpath promote --wait`?")]
    [InlineData("promote web --to dev --wait --timeout soon", "'soon' is no duration for --timeout: write 30s, 5m, 2h or 7d", "see `towpath promote --help`")]
    [InlineData("audit", "which command of `towpath audit`? There are: export, verify", "see `towpath audit --help`")]
    [InlineData("audit exprot", "unknown command 'exprot'", "did you mean `towpath audit export`?")]
    [InlineData("history web --limit many", "--limit is a number from 1 to 500, not 'many'", "see `towpath history --help`")]
    [InlineData("token create --user kim --name x --scope everything", "'everything' is no scope; there are read, builds, deploy, approve, admin", "see `towpath token create --help`")]
    public async Task Call_that_cannot_be_understood_gets_the_error_and_one_hint(string arguments, string error, string hint)
    {
        using var folder = new TemporaryFolder();
        var ran = await TowpathProcess.RunAsync(folder.Path, arguments.Split(' '));
        Assert.Equal(ExitCodes.Wrong, ran.ExitCode);
        Assert.Empty(ran.Output);
        Assert.Contains(error, ran.Error, StringComparison.Ordinal);
        Assert.Contains(hint, ran.Error, StringComparison.Ordinal);
        Assert.True(ran.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 3, ran.Error);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("promote --help")]
    [InlineData("audit verify --help")]
    public async Task Help_goes_to_stdout_and_opens_with_examples(string arguments)
    {
        using var folder = new TemporaryFolder();
        var ran = await TowpathProcess.RunAsync(folder.Path, arguments.Split(' '));
        Assert.Equal(0, ran.ExitCode);
        Assert.Empty(ran.Error);
        Assert.Equal("Examples:", ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    [Fact]
    public async Task Version_is_one_line_on_stdout()
    {
        using var folder = new TemporaryFolder();
        var ran = await TowpathProcess.RunAsync(folder.Path, "--version");
        Assert.Equal((0, $"{Product.Version}\n", ""), (ran.ExitCode, ran.Output, ran.Error));
    }

    [Fact]
    public async Task Commands_that_write_into_one_file_one_after_another_add_to_it()
    {
        using var folder = new TemporaryFolder();
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"{{ echo before; '{TowpathProcess.Path}' --version; '{TowpathProcess.Path}' nonsense 2>&1; '{TowpathProcess.Path}' --version; echo after; }} >all"])
        {
            WorkingDirectory = folder.Path,
        })!;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            $"before\n{Product.Version}\nerror: unknown command 'nonsense'\nsee `towpath --help`\n{Product.Version}\nafter\n",
            await File.ReadAllTextAsync(Path.Combine(folder.Path, "all"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Control_plane_that_is_not_there_is_named_with_where_its_address_came_from()
    {
        using var folder = new TemporaryFolder();
        var port = Ports.Free(1)[0];
        folder.Write("towpath.yaml", $"urls: http://127.0.0.1:{port}\n");
        var ran = await TowpathProcess.RunAsync(folder.Path, "status");
        Assert.Equal(ExitCodes.Technical, ran.ExitCode);
        Assert.Contains($"nothing answers at http://127.0.0.1:{port}/ (from towpath.yaml)", ran.Error, StringComparison.Ordinal);
        Assert.Contains("towpath up", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url http://127.0.0.1:1", "--url")]
    [InlineData("", "TOWPATH_URL")]
    public async Task Flag_goes_before_the_environment_and_that_before_the_file(string flag, string from)
    {
        using var folder = new TemporaryFolder();
        folder.Write("towpath.yaml", "urls: http://127.0.0.1:3\n");
        var ran = await TowpathProcess.RunAsync(
            folder.Path, new Dictionary<string, string?>(StringComparer.Ordinal) { ["TOWPATH_URL"] = "http://127.0.0.1:2" },
            [.. $"status {flag}".Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Contains($"(from {from})", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blank_token_is_warned_of()
    {
        using var folder = new TemporaryFolder();
        var ran = await TowpathProcess.RunAsync(folder.Path, new Dictionary<string, string?>(StringComparer.Ordinal) { ["TOWPATH_TOKEN"] = " " }, "status", "--url", "http://127.0.0.1:1");
        Assert.Contains("TOWPATH_TOKEN is set, but blank", ran.Error, StringComparison.Ordinal);
    }
}
