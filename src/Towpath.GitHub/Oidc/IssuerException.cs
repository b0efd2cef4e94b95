using Towpath.Core.Targets;

namespace Towpath.GitHub.Oidc;

/// <summary>An issuer of tokens could not be asked, or answered nonsense.</summary>
public sealed class IssuerException(string issuer, string reason, Exception? innerException = null)
    : IOException($"the issuer {issuer} cannot be asked: {reason}", innerException), IExplainedFault
{
    public string Issuer => issuer;

    public string FaultCode => "oidc_issuer";

    public RefusalKind Kind => RefusalKind.Technical;

    public string Explanation => $"{Message}; check the network and the configured issuer, then retry";
}
