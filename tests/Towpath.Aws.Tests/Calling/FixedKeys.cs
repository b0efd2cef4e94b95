using Amazon.Runtime;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;

namespace Towpath.Aws.Tests.Calling;

/// <summary>Keys that last until AWS calls them expired; then the next ones.</summary>
internal sealed class FixedKeys : IAwsCredentials
{
    public const string Secret = "canary-secret-key";
    public const string Token = "canary-session-token";

    public int Renewed { get; private set; }

    public Task<ImmutableCredentials> GetAsync(AwsScope scope, CancellationToken cancellationToken) =>
        Task.FromResult(new ImmutableCredentials($"AKIATEST{Renewed}", Secret, Token));

    public bool Forget(AwsScope scope)
    {
        Renewed++;
        return true;
    }
}
