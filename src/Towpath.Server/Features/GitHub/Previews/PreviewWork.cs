using Towpath.Core.Deployments;
using Towpath.Engine.Storage;

namespace Towpath.Server.Features.GitHub.Previews;

/// <summary>The row that brings the previews of a pull request to where they should be.</summary>
internal static class PreviewWork
{
    public const string Kind = "pull-previews";

    public static Change Of(PullReference pull) => new Change.EnqueueOnce(new WorkItem { Kind = Kind, Queue = $"{Kind}:{pull}", Subject = pull.ToString() });
}

/// <summary>The row that takes one preview down, on a node that can.</summary>
internal static class PreviewEndWork
{
    public const string Kind = "preview-end";

    public static Change Of(PreviewName name, string? capability) =>
        new Change.EnqueueOnce(new WorkItem { Kind = Kind, Queue = $"{Kind}:{name}", Subject = name.ToString(), Capability = capability });
}
