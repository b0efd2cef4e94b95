using Amazon.Runtime;
using Towpath.Aws.Calling;

namespace Towpath.Aws.Credentials;

/// <summary>Gives the keys that a call is signed with.</summary>
public interface IAwsCredentials
{
    /// <summary>Keys that live for some minutes at least; renewed when they do not.</summary>
    /// <exception cref="AwsException">STS refused, in its own words.</exception>
    /// <exception cref="AwsConfigurationException">There are no credentials to begin with.</exception>
    Task<ImmutableCredentials> GetAsync(AwsScope scope, CancellationToken cancellationToken);

    /// <summary>AWS calls this scope's keys expired: drops them.</summary>
    /// <returns>Whether other keys can be had.</returns>
    bool Forget(AwsScope scope);
}
