using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.Aws.Limits;
using Towpath.Aws.Ssm;

namespace Towpath.Aws;

public static class AwsServices
{
    /// <summary>Registers the AWS clients, targets, steps and artifact sources.</summary>
    public static IServiceCollection AddTowpathAws(this IServiceCollection services, AwsOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options);
        services.TryAddSingleton(new AwsEndpoints(options.Variable));
        services.TryAddSingleton<AwsHttp>();
        services.TryAddSingleton<ApiLimits>();
        services.TryAddSingleton<IAwsCredentials>(p => new AwsCredentialChain(options, p.GetRequiredService<AwsHttp>(), p.GetRequiredService<AwsEndpoints>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(p => new AwsCaller(
            p.GetRequiredService<AwsHttp>(), p.GetRequiredService<AwsEndpoints>(), p.GetRequiredService<IAwsCredentials>(), p.GetRequiredService<ApiLimits>(), p.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<SsmClient>();
        services.TryAddSingleton<ParameterLookup>();
        return services;
    }
}

/// <summary>The connections to AWS, kept and shared by all clients but the SDK's own.</summary>
internal sealed class AwsHttp() : HttpMessageInvoker(new SocketsHttpHandler
{
    AllowAutoRedirect = false,
    ConnectTimeout = TimeSpan.FromSeconds(10),
    PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    AutomaticDecompression = System.Net.DecompressionMethods.None,
});
