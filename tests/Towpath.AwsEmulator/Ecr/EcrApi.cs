using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Ecr.Lifecycle;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>Amazon ECR. Source: Amazon ECR API Reference, version 2015-09-21.</summary>
internal sealed class EcrApi : EstateService, ISeededService, IRoutedService
{
    private readonly EmulatorWorld _world;

    public EcrApi(EmulatorWorld world) : base(world, "ecr")
    {
        _world = world;
        Do("GetAuthorizationToken", RegistryToken.Get);
        Do("CreateRepository", RepositoryCalls.Create);
        Do("DescribeRepositories", RepositoryCalls.Describe);
        Do("DeleteRepository", RepositoryCalls.Delete);
        Do("PutImageTagMutability", RepositoryCalls.PutMutability);
        Do("PutImageScanningConfiguration", RepositoryCalls.PutScanning);
        Do("SetRepositoryPolicy", RepositoryCalls.SetPolicy);
        Do("GetRepositoryPolicy", RepositoryCalls.GetPolicy);
        Do("DeleteRepositoryPolicy", RepositoryCalls.DeletePolicy);
        Do("TagResource", RepositoryCalls.Tag);
        Do("ListTagsForResource", RepositoryCalls.ListTags);
        Do("BatchGetImage", ImageCalls.BatchGet);
        Do("DescribeImages", ImageCalls.Describe);
        Do("ListImages", ImageCalls.List);
        Do("PutImage", ImageCalls.Put);
        Do("BatchDeleteImage", ImageCalls.BatchDelete);
        Do("BatchCheckLayerAvailability", ImageCalls.CheckLayers);
        Do("InitiateLayerUpload", UploadCalls.Initiate);
        Do("UploadLayerPart", UploadCalls.Part);
        Do("CompleteLayerUpload", UploadCalls.Complete);
        Do("PutLifecyclePolicy", LifecycleCalls.Put);
        Do("GetLifecyclePolicy", LifecycleCalls.Get);
        Do("DeleteLifecyclePolicy", LifecycleCalls.Delete);
        Do("StartLifecyclePolicyPreview", LifecycleCalls.StartPreview);
        Do("GetLifecyclePolicyPreview", LifecycleCalls.GetPreview);
    }

    public IReadOnlyList<string> Prefixes => ["/v2"];

    public void Map(IEndpointRouteBuilder endpoints) => new RegistryRoutes(_world).Map(endpoints);

    public override IEnumerable<NeededPermission> NeedsOf(EmulatorCall call)
    {
        var repository = InputOf(call).Text("repositoryName");
        yield return new NeededPermission(
            $"ecr:{call.Operation}", repository is null ? null : $"arn:aws:ecr:{call.Caller.Region}:{InputOf(call).Text("registryId") ?? call.Caller.Account}:repository/{repository}");
    }

    public void Seed(JsonObject state, string account, string region) => _world.Estate().Change(estate => EcrSeed.Seed(estate.In(account, region), state));
}
