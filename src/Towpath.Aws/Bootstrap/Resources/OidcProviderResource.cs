using Towpath.Aws.Calling;
using Towpath.Aws.Iam;

namespace Towpath.Aws.Bootstrap.Resources;

/// <summary>GitHub's tokens are believed in this account.</summary>
internal sealed class OidcProviderResource(IamClient iam, AwsScope scope, string account) : EstateResource("identity provider", TrustDocuments.Issuer, account)
{
    private readonly string _arn = TrustDocuments.ProviderArn(account);

    public override async Task<EstateState> LookAsync(CancellationToken cancellationToken)
    {
        var audiences = await iam.FindProviderAsync(scope, _arn, cancellationToken);
        var aspect = new Aspect("audience", audiences?.Contains(TrustDocuments.Audience, StringComparer.Ordinal) == true ? TrustDocuments.Audience : null, TrustDocuments.Audience);
        return audiences is null ? new EstateState(EstateVerb.Create, null, aspect) : EstateState.Of([aspect]);
    }

    public override async Task ApplyAsync(CancellationToken cancellationToken)
    {
        if (await iam.FindProviderAsync(scope, _arn, cancellationToken) is null) await iam.CreateProviderAsync(scope, TrustDocuments.Issuer, TrustDocuments.Audience, cancellationToken);
        else await iam.AddAudienceAsync(scope, _arn, TrustDocuments.Audience, cancellationToken);
    }
}
