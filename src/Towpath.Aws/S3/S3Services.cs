using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Core.Artifacts;

namespace Towpath.Aws.S3;

internal static class S3Services
{
    /// <summary>The client of S3, and artifacts in buckets.</summary>
    public static void AddS3(this IServiceCollection services)
    {
        services.TryAddSingleton(p => new S3Client(
            p.GetRequiredService<AwsHttp>(), p.GetRequiredService<AwsEndpoints>(), p.GetRequiredService<IAwsCredentials>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<S3ArtifactSource>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IArtifactSource, S3ArtifactSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IArtifactSearch, S3ArtifactSource>());
    }
}
