using System.Text.Json.Nodes;
using Towpath.Core;
using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Local.Verifications.Commands;

namespace Towpath.Local.Tests.Verifications;

public sealed class CommandVerificationTests : IDisposable
{
    private static readonly EnvironmentKey Key = new("docs", "dev");

    private readonly TemporaryFolder _data = new();
    private readonly FakeStepHost _host = new();

    private static OperatorLimits Limits => new() { Commands = ["./smoke.sh", "true", "missing-program"] };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exit_zero_is_done_and_its_lines_are_in_the_log()
    {
        Assert.IsType<StepResult.Done>(await RunAsync("echo one; echo two >&2; printf '\\033[31mthree'"));
        Assert.Equal(["[31mthree", "one", "two"], _host.Lines.Order(StringComparer.Ordinal));
        AssertNothingLeft();
    }

    [Fact]
    public async Task Exit_other_fails_with_code_and_last_lines()
    {
        var failed = Assert.IsType<StepResult.Failed>(await RunAsync("for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 3"));
        Assert.Equal("'./smoke.sh' ended with exit code 3: line 3 / line 4 / line 5 / line 6 / line 7", failed.Reason);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Environment_is_clean()
    {
        Environment.SetEnvironmentVariable("TOWPATH_TEST_CANARY", "secret");
        await RunAsync("env | sort", variables: new() { ["LOG_LEVEL"] = "info", ["LD_PRELOAD"] = "/evil.so", ["PATH"] = "/evil", ["TOWPATH_VERSION"] = "lie" });
        var names = _host.Lines.Where(line => line.Contains('=')).Select(line => line.Split('=')[0]).ToList();
        Assert.Equal(
            ["HOME", "LOG_LEVEL", "PATH", "PWD", "TOWPATH_APPLICATION", "TOWPATH_COMMIT", "TOWPATH_DIGEST", "TOWPATH_ENVIRONMENT", "TOWPATH_VERSION"],
            names.Where(name => name is not ("_" or "OLDPWD" or "SHLVL")).Order(StringComparer.Ordinal));
        Assert.Contains("PATH=/usr/bin:/bin", _host.Lines);
        Assert.Contains("TOWPATH_VERSION=v1", _host.Lines);
        Assert.Contains(_host.Lines, line => line == "the variable LD_PRELOAD is not given to commands");
    }

    [Fact]
    public async Task Arguments_are_never_read_by_a_shell()
    {
        string[] hostile = ["$(touch pwned)", "`id`", "; echo no", "--upload-pack=x", "a b", "\"'", "{version}"];
        Assert.IsType<StepResult.Done>(await RunAsync("for a in \"$@\"; do echo \"[$a]\"; done; ls", run: ["./smoke.sh", .. hostile]));
        Assert.Equal([.. hostile.SkipLast(1).Select(word => $"[{word}]"), "[v1]", "smoke.sh"], _host.Lines);
    }

    [Fact]
    public async Task Time_limit_ends_the_whole_tree()
    {
        var failed = Assert.IsType<StepResult.Failed>(await RunAsync("sleep 1000 & echo child $!; (sleep 1001 & echo grandchild $!); wait", within: 1));
        Assert.Contains("did not end within 1 s", failed.Reason, StringComparison.Ordinal);
        await AssertGoneAsync();
        AssertNothingLeft();
    }

    [Fact]
    public async Task Cancellation_ends_the_whole_tree()
    {
        using var cancel = new CancellationTokenSource();
        var running = RunAsync("sleep 1000 & echo child $!; wait", cancellationToken: cancel.Token);
        while (_host.Lines.IsEmpty) await Task.Yield();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await AssertGoneAsync();
        AssertNothingLeft();
    }

    [Fact]
    public async Task End_of_this_process_ends_the_program()
    {
        var inputs = new CommandInputs(["sleep", "1000"], new Dictionary<string, string>(), new Dictionary<string, string>(), TimeSpan.FromSeconds(60));
        using var process = CommandProcess.Start(inputs, _data.Path);
        // The operating system closes this pipe when its only other end is gone, however it went.
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(128 + 9, process.ExitCode);
    }

    [Fact]
    public async Task What_it_leaves_in_the_background_is_ended_with_it()
    {
        Assert.IsType<StepResult.Done>(await RunAsync("sleep 1000 & echo child $!"));
        await AssertGoneAsync();
    }

    [Fact]
    public async Task Endless_output_is_bounded()
    {
        Assert.IsType<StepResult.Done>(await RunAsync("i=0; while [ $i -lt 1500 ]; do echo line; i=$((i+1)); done; head -c 3000000 /dev/zero | tr '\\0' x"));
        Assert.Equal(1001, _host.Lines.Count);
        Assert.All(_host.Lines, line => Assert.True(line.Length <= 2001));
    }

    [Fact]
    public async Task Program_that_is_not_there_fails()
    {
        var failed = Assert.IsType<StepResult.Failed>(await RunAsync("", run: ["missing-program"]));
        Assert.Contains("127", failed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smoke.sh")]
    [InlineData(" ./smoke.sh")]
    [InlineData("././smoke.sh")]
    [InlineData("/bin/sh")]
    [InlineData("TRUE")]
    [InlineData("")]
    public async Task Program_that_the_operator_does_not_list_is_refused(string program)
    {
        var spec = Spec("exit 0", [program], 10);
        Assert.NotEmpty(new CommandVerification().Check(Key, spec, Limits));
        Assert.IsType<StepResult.Failed>(await RunAsync("exit 0", run: [program]));
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("../up.sh")]
    [InlineData("/etc/cron.d/x")]
    [InlineData("a\\b")]
    public void Check_file_outside_the_folder_is_refused(string file)
    {
        var spec = Spec("", ["true"], 10) with { Files = new Dictionary<string, string>(StringComparer.Ordinal) { [file] = "x" } };
        Assert.Contains("`files`", Assert.Single(new CommandVerification().Check(Key, spec, Limits)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_too_late_fails_instead_of_running_again()
    {
        var failed = Assert.IsType<StepResult.Failed>(await RunAsync("echo ran", startedAt: TimeProvider.System.GetUtcNow().AddMinutes(-10)));
        Assert.Contains("no time left", failed.Reason, StringComparison.Ordinal);
        Assert.Empty(_host.Lines);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TOWPATH_TEST_CANARY", null);
        _data.Dispose();
    }

    private void AssertNothingLeft() => Assert.Empty(Directory.Exists(_data.In("commands")) ? Directory.EnumerateFileSystemEntries(_data.In("commands")) : []);

    /// <summary>The processes whose numbers it wrote are gone, or dead and not yet taken off the list by their new parent.</summary>
    private async Task AssertGoneAsync()
    {
        var pids = _host.Lines.Select(line => line.Split(' ')).Where(words => words is ["child" or "grandchild", _]).Select(words => words[1]).ToList();
        Assert.NotEmpty(pids);
        foreach (var pid in pids)
            while (Lives(pid))
            {
                Cancellation.ThrowIfCancellationRequested();
                await Task.Yield();
            }
    }

    private static bool Lives(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(' ')[2] != "Z";
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static VerificationSpec Spec(string script, IReadOnlyList<string> run, long within) => new(
        "command", new JsonObject { ["run"] = new JsonArray([.. run.Select(word => JsonValue.Create(word))]), ["files"] = new JsonArray("smoke.sh"), ["within"] = within },
        new Dictionary<string, string>(StringComparer.Ordinal) { ["smoke.sh"] = "#!/bin/sh\n" + script + "\n" });

    private Task<StepResult> RunAsync(
        string script, IReadOnlyList<string>? run = null, Dictionary<string, string>? variables = null, long within = 60, DateTimeOffset? startedAt = null,
        CancellationToken? cancellationToken = null)
    {
        var environment = new EnvironmentSpec { Name = "dev", Target = new TargetSpec("x", []), Variables = variables ?? [] };
        var artifact = new Artifact("default", ArtifactKind.StaticSite, "a.zip", Digest.Of("a"));
        var plan = new CommandVerification().Plan(
            Spec(script, run ?? ["./smoke.sh"], within), new PlanRequest(Key, environment, "v1", "c0ffee", [artifact], null, []), 0);
        return new CommandStep(new LocalOptions("here", false, Limits, _data.Path), TimeProvider.System)
            .RunAsync(_host.ContextOf(plan, startedAt ?? TimeProvider.System.GetUtcNow()), cancellationToken ?? Cancellation);
    }
}
