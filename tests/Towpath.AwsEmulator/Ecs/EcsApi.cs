using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Ecs.Deployments;
using Towpath.AwsEmulator.Ecs.Services;
using Towpath.AwsEmulator.Ecs.TaskDefinitions;
using Towpath.AwsEmulator.Ecs.Tasks;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Ecs;

/// <summary>Amazon ECS. Source: Amazon ECS API Reference, version 2014-11-13.</summary>
internal sealed class EcsApi : JsonService, IScriptedService, ISeededService
{
    private readonly EmulatorWorld _world;

    public EcsApi(EmulatorWorld world) : base("ecs")
    {
        _world = world;
        Do("CreateCluster", ClusterCalls.Create);
        Do("DescribeClusters", ClusterCalls.Describe);
        Do("ListClusters", ClusterCalls.List);
        Do("RegisterTaskDefinition", TaskDefinitionCalls.Register);
        Do("DescribeTaskDefinition", TaskDefinitionCalls.Describe);
        Do("DeregisterTaskDefinition", TaskDefinitionCalls.Deregister);
        Do("ListTaskDefinitions", TaskDefinitionCalls.List);
        Do("ListTaskDefinitionFamilies", TaskDefinitionCalls.ListFamilies);
        Do("CreateService", ServiceCalls.Create);
        Do("DescribeServices", ServiceCalls.Describe);
        Do("UpdateService", ServiceCalls.Update);
        Do("DeleteService", ServiceCalls.Delete);
        Do("ListServices", ServiceCalls.List);
        Do("ListServiceDeployments", DeploymentCalls.List);
        Do("DescribeServiceDeployments", DeploymentCalls.Describe);
        Do("DescribeServiceRevisions", DeploymentCalls.DescribeRevisions);
        Do("StopServiceDeployment", DeploymentCalls.Stop);
        Do("ContinueServiceDeployment", DeploymentCalls.Continue);
        Do("RunTask", TaskCalls.Run);
        Do("DescribeTasks", TaskCalls.Describe);
        Do("ListTasks", TaskCalls.List);
        Do("StopTask", TaskCalls.Stop);
        Do("TagResource", TagCalls.Add);
        Do("UntagResource", TagCalls.Remove);
        Do("ListTagsForResource", TagCalls.List);
    }

    public override IEnumerable<NeededPermission> NeedsOf(EmulatorCall call) => EcsPermissions.Of(call.Operation, InputOf(call), call.Caller);

    public void Follow(JsonObject script) => _world.Estate().Change(estate => EcsControl.Follow(estate, script));

    public void Seed(JsonObject state, string account, string region) =>
        _world.Estate().Change(estate => EcsControl.Seed(estate.In(account, region), state));

    private void Do(string operation, Func<EcsCall, JsonObject> handle) => On(operation, (input, caller) =>
        _world.Estate().Look(estate =>
        {
            var call = new EcsCall(estate.In(caller.Account, caller.Region).Ecs, input, caller);
            try
            {
                return handle(call);
            }
            catch (FormatException)
            {
                throw EcsFaults.Invalid("Invalid token.");
            }
        }));
}

/// <summary>One call to ECS: where it goes, what it says, who says it.</summary>
internal sealed record EcsCall(EcsRegion Ecs, JsonObject Input, Caller Caller)
{
    public Cluster Cluster => Ecs.Cluster(Input.Text("cluster"));

    public string Required(string name) =>
        Input.Text(name) is { Length: > 0 } value ? value : throw EcsFaults.Invalid($"{char.ToUpperInvariant(name[0])}{name[1..]} can not be blank.");
}
