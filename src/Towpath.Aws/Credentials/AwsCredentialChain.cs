using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Towpath.Aws.Calling;
using Towpath.Core.Calling;

namespace Towpath.Aws.Credentials;

/// <summary>
/// The process's own identity, then the management role, then the role that a spec names: each session kept until it nears its end and begun
/// anew then, however long a deployment lasts.
/// </summary>
public sealed class AwsCredentialChain : IAwsCredentials
{
    /// <summary>Keys are renewed when less than this is left: longer than any call takes.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string? Role, string Session), Kept<Session>> _slots = new();
    private readonly OwnIdentity _own;
    private readonly string? _management;
    private readonly Func<string, string?> _managementOf;
    private readonly WebIdentityToken _token;
    private readonly Sts _sts;
    private readonly TimeProvider _time;

    public AwsCredentialChain(AwsOptions options, HttpMessageInvoker http, AwsEndpoints endpoints, TimeProvider time)
    {
        _own = OwnIdentity.Find(options.Variable, options.ManagementRole);
        _management = options.ManagementRole;
        _managementOf = options.ManagementRoleOf ?? (_ => _management);
        (_token, _sts, _time) = (new WebIdentityToken(http), new Sts(endpoints), time);
    }

    public async Task<ImmutableCredentials> GetAsync(AwsScope scope, CancellationToken cancellationToken) =>
        scope.Role is null ? await ByAsync(_management, scope, cancellationToken) : await RoleAsync(scope, scope.Role, (s, c) => ByAsync(_managementOf(scope.Role), s, c), cancellationToken);

    public bool Forget(AwsScope scope)
    {
        var known = false;
        foreach (var role in (string?[])[scope.Role, scope.Role is null ? _management : _managementOf(scope.Role), _own.TokenRole])
            if (role is not null && _slots.TryRemove((role, scope.Session), out _)) known = true;
        return known;
    }

    /// <summary>What specs' roles are assumed from. A token that is for the management role makes its session at once; everybody else assumes it.</summary>
    private async Task<ImmutableCredentials> ByAsync(string? management, AwsScope scope, CancellationToken cancellationToken) =>
        management is null || management == _own.TokenRole ? await OwnAsync(scope, cancellationToken) : await RoleAsync(scope, management, OwnAsync, cancellationToken);

    private async Task<ImmutableCredentials> OwnAsync(AwsScope scope, CancellationToken cancellationToken)
    {
        if (_own.TokenRole is { } role)
            return await KeptAsync(role, scope, async () => await _sts.AssumeAsync(await _token.GetAsync(_own, cancellationToken), role, scope.Session, scope.Region, cancellationToken), cancellationToken);
        if (_own is OwnIdentity.Keys keys) return new ImmutableCredentials(keys.AccessKey, keys.SecretKey, keys.SessionToken);
        try
        {
            return await (await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync()).GetCredentialsAsync();
        }
        catch (AmazonClientException e)
        {
            throw new AwsConfigurationException(
                "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with AWS_PROFILE, or give a token with AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN", e);
        }
    }

    private Task<ImmutableCredentials> RoleAsync(AwsScope scope, string role, Func<AwsScope, CancellationToken, Task<ImmutableCredentials>> from, CancellationToken cancellationToken) =>
        KeptAsync(role, scope, async () => await _sts.AssumeAsync(await from(scope, cancellationToken), role, scope.Session, scope.Region, cancellationToken), cancellationToken);

    private async Task<ImmutableCredentials> KeptAsync(string role, AwsScope scope, Func<Task<Session>> begin, CancellationToken cancellationToken)
    {
        ForgetEnded();
        var slot = _slots.GetOrAdd((role, scope.Session), _ => new Kept<Session>());
        return (await slot.GetAsync(begin, session => session.ExpiresAt - _time.GetUtcNow() > Margin, cancellationToken)).Keys;
    }

    // Sessions are named after deployments, so that old ones are never asked for again.
    private void ForgetEnded()
    {
        foreach (var (key, slot) in _slots)
            if (slot.Last?.ExpiresAt < _time.GetUtcNow()) _slots.TryRemove(new KeyValuePair<(string?, string), Kept<Session>>(key, slot));
    }
}
