using System.Net.Http.Headers;
using System.Text;
using Towpath.Core.Artifacts;
using Towpath.GitHub.Calling;
using Towpath.GitHub.Oidc;
using Towpath.Server.Views;
using Towpath.Server.Web;

namespace Towpath.Server.Security;

/// <summary>
/// Lets workflow runs of GitHub Actions in by the token that GitHub signed for them. Anybody on GitHub can get one with our name as its audience: that it is
/// genuine says who asks, and nothing about what they may do.
/// </summary>
public sealed class WorkflowDoor(TokenVerifier verifier, GitHubHost gitHub, Links links)
{
    /// <summary>The audience that counts besides the control plane's own address.</summary>
    public const string Audience = "towpath";

    /// <summary>Longer than any that GitHub makes.</summary>
    private const int Longest = 16 * 1024;

    /// <summary>What may be such a token: no token of ours has a dot. Null for anything else.</summary>
    public static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is { Count: 1 } header && AuthenticationHeaderValue.TryParse(header, out var value)
        && string.Equals(value.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase) && value.Parameter is { Length: <= Longest } token && token.Contains('.', StringComparison.Ordinal)
            ? token
            : null;

    /// <summary>Before it listens, the own address is not known yet.</summary>
    private IReadOnlyList<string> Audiences => links.Base is { Length: > 0 } own ? [own, Audience] : [Audience];

    public async Task<Answer<Caller>> FindCallerAsync(string token, CancellationToken cancellationToken) =>
        await verifier.VerifyAsync(token, gitHub.Actions, Audiences, cancellationToken) switch
        {
            TokenResult.Verified verified => WorkflowToken.Read(verified.Token) switch
            {
                WorkflowTokenResult.Read read => Of(read.Token),
                WorkflowTokenResult.Refused refused => Refused(refused.Reason),
                var other => throw new InvalidOperationException(other.GetType().Name),
            },
            TokenResult.Refused refused => Refused(refused.Reason),
            TokenResult.Unknown unknown => Refusal.ThirdParty("token_unknown", $"Whether the token of the workflow run is good cannot be found out: {PlainLines.Of(unknown.Explanation)}. Nothing was changed; try again."),
            var other => throw new InvalidOperationException(other.GetType().Name),
        };

    private static Refusal Refused(string reason) => new(
        RefusalKind.Unauthenticated, "workflow_token_refused",
        $"The token of the workflow run is refused: {PlainLines.Of(reason)}. The job needs `permissions: id-token: write` and a token of its own.");

    private static Caller Of(WorkflowToken token) => new()
    {
        // No login has a colon: nobody in organization.yaml can be meant by it.
        User = $"github-actions:{token.Repository}",
        TokenId = Digest.Of(Encoding.UTF8.GetBytes($"{token.Issuer}\n{token.Id}")).Value,
        Scopes = [Permission.ReportBuild.Scope()],
        Applications = [],
        Administrator = false,
        Workflow = token,
    };
}
