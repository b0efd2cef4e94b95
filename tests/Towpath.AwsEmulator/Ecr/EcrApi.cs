using Towpath.AwsEmulator.Ecr.Lifecycle;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecr;

/// <summary>Amazon ECR. Source: Amazon ECR API Reference, version 2015-09-21.</summary>
internal sealed class EcrApi : EstateService
{
    public EcrApi(EmulatorWorld world) : base(world, "ecr")
    {
        Do("GetAuthorizationToken", RegistryToken.Get);
        Do("CreateRepository", RepositoryCalls.Create);
        Do("DescribeRepositories", RepositoryCalls.Describe);
        Do("DeleteRepository", RepositoryCalls.Delete);
        Do("PutImageTagMutability", RepositoryCalls.PutMutability);
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
}
