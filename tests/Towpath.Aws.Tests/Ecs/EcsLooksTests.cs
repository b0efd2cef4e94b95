using Towpath.Aws.Calling;
using Towpath.Aws.Ecs.Following;
using Towpath.AwsEmulator.Calling;

namespace Towpath.Aws.Tests.Ecs;

public sealed class EcsLooksTests
{
    [Fact]
    public async Task A_name_that_ECS_refuses_fails_only_whoever_asked_for_it()
    {
        await using var bed = await EcsBed.StartAsync();
        bed.AddService("main", "worker", "worker");
        bed.Aws.Emulator.Script.Add(new ScriptedFault
        {
            Kind = FaultKind.Error, Operation = "DescribeServices", Containing = "wrong name", Code = "InvalidParameterException", Message = "Invalid identifier", Times = int.MaxValue,
        });
        var looks = bed.Aws.NewProcess().GetRequiredService<EcsLooks>();
        var scope = new AwsScope("us-east-1", null, "towpath-test");
        Task<System.Text.Json.Nodes.JsonObject?> Ask(string name) => looks.ServiceAsync(scope, "main", name, TestContext.Current.CancellationToken);
        var (web, wrong, worker) = (Ask("web"), Ask("wrong name"), Ask("worker"));

        Assert.NotNull(await bed.Aws.PassAsync(web));
        Assert.NotNull(await bed.Aws.PassAsync(worker));
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<AwsException>(() => bed.Aws.PassAsync(wrong))).Code);
    }
}
