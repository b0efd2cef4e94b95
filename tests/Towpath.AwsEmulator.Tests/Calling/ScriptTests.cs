using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Ssm;
using Towpath.Testing;

namespace Towpath.AwsEmulator.Tests.Calling;

public sealed class ScriptTests : IAsyncLifetime
{
    private readonly VirtualTime _time = new();
    private Emulator _emulator = null!;

    public async ValueTask InitializeAsync() =>
        _emulator = await Emulator.StartAsync(new EmulatorOptions { Time = _time }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Limits_throttle_beyond_the_burst_and_refill_with_time()
    {
        _emulator.Script.DocumentedLimits = true;
        for (var i = 0; i < 40; i++) Assert.Equal(200, (await PutAsync($"{i}")).Status);

        var (status, body) = await PutAsync("41");
        Assert.Equal((400, "ThrottlingException"), (status, (string?)body["__type"]));
        Assert.Equal(1, _emulator.Calls.Throttled);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        for (var i = 0; i < 4; i++) Assert.Equal(200, (await PutAsync($"{i}")).Status);
        Assert.Equal(400, (await PutAsync("x")).Status);
    }

    [Fact]
    public async Task Limits_of_one_account_and_region_do_not_touch_another()
    {
        _emulator.Script.DocumentedLimits = true;
        for (var i = 0; i < 40; i++) await PutAsync($"{i}");

        Assert.Equal(400, (await PutAsync("x")).Status);
        Assert.Equal(200, (await PutAsync("x", new SignedRequest(_emulator) { Region = "eu-west-1" })).Status);
        Assert.Equal(200, (await PutAsync("x", new SignedRequest(_emulator) { AccessKey = _emulator.World.Credentials.AdminKeyOf("222222222222") })).Status);
    }

    [Fact]
    public async Task Task_definitions_are_registered_once_a_second_after_twenty()
    {
        _emulator.Script.DocumentedLimits = true;
        Task<(int Status, JsonNode Body)> RegisterAsync() => new SignedRequest(_emulator).JsonAsync(
            "ecs", "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition",
            new JsonObject { ["family"] = "web", ["containerDefinitions"] = new JsonArray(new JsonObject { ["name"] = "web", ["image"] = "web:1", ["memory"] = 128 }) });

        for (var i = 0; i < 20; i++) Assert.Equal(200, (await RegisterAsync()).Status);
        Assert.Equal("ThrottlingException", (string?)(await RegisterAsync()).Body["__type"]);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await RegisterAsync()).Status);
        Assert.Equal(400, (await RegisterAsync()).Status);
    }

    [Fact]
    public async Task Without_limits_nothing_is_throttled()
    {
        for (var i = 0; i < 50; i++) Assert.Equal(200, (await PutAsync($"{i}")).Status);

        Assert.Equal(0, _emulator.Calls.Throttled);
    }

    [Theory]
    [InlineData(FaultKind.Throttle, 400, "ThrottlingException")]
    [InlineData(FaultKind.Internal, 500, "InternalServerError")]
    [InlineData(FaultKind.Unavailable, 503, "ServiceUnavailableException")]
    [InlineData(FaultKind.Error, 400, "Chosen")]
    public async Task A_scripted_fault_meets_the_next_calls_and_then_is_over(FaultKind kind, int status, string code)
    {
        _emulator.Script.Add(new ScriptedFault { Kind = kind, Service = "ssm", Operation = "PutParameter", After = 1, Times = 2, Code = "Chosen" });

        Assert.Equal(200, (await PutAsync("1")).Status);
        for (var i = 0; i < 2; i++)
        {
            var failed = await PutAsync("2");
            Assert.Equal((status, code), (failed.Status, (string?)failed.Body["__type"]));
        }

        Assert.Equal(200, (await PutAsync("3")).Status);
        Assert.Equal("3", Value());
    }

    [Fact]
    public async Task A_connection_dropped_before_has_no_effect_and_one_dropped_after_has()
    {
        _emulator.Script.Add(new ScriptedFault { Kind = FaultKind.DropBefore, Operation = "PutParameter" });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => PutAsync("before"));
        Assert.Null(Value());

        _emulator.Script.Add(new ScriptedFault { Kind = FaultKind.DropAfter, Operation = "PutParameter" });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => PutAsync("after"));
        Assert.Equal("after", Value());
        Assert.Equal([0, 0], _emulator.Calls.All.Select(c => c.Status));
    }

    [Fact]
    public async Task Hooks_are_awaited_before_the_effect_and_before_the_answer()
    {
        var seen = new List<string>();
        _emulator.Script.OnBefore = call => Task.Run(() => seen.Add($"before {call.Operation} {Value() ?? "nothing"}"));
        _emulator.Script.OnAfter = call => Task.Run(() => seen.Add($"after {call.Operation} {Value() ?? "nothing"}"));

        Assert.Equal(200, (await PutAsync("x")).Status);

        Assert.Equal(["before PutParameter nothing", "after PutParameter x"], seen);
    }

    [Fact]
    public async Task A_denied_action_is_refused_in_AWSs_words()
    {
        _emulator.Script.Deny("ssm:PutParameter", "*user/admin", "*parameter/web/*");

        var (status, body) = await PutAsync("x");

        Assert.Equal((400, "AccessDeniedException"), (status, (string?)body["__type"]));
        Assert.Equal(
            "User: arn:aws:iam::111111111111:user/admin is not authorized to perform: ssm:PutParameter on resource: "
            + "arn:aws:ssm:us-east-1:111111111111:parameter/web/version with an explicit deny in an identity-based policy",
            (string?)body["message"]);
        Assert.Null(Value());
    }

    private string? Value() => _emulator.State.Of<SsmState>().ValueOf("111111111111", "us-east-1", "/web/version");

    private Task<(int Status, JsonNode Body)> PutAsync(string value, SignedRequest? request = null) =>
        (request ?? new SignedRequest(_emulator)).JsonAsync(
            "ssm", "AmazonSSM.PutParameter",
            new JsonObject { ["Name"] = "/web/version", ["Value"] = value, ["Type"] = "String", ["Overwrite"] = true });
}
