using Towpath.GitHub.Oidc;
using Towpath.Server.Api;
using Towpath.Server.Web;

namespace Towpath.Server.Features.GitHub.Builds;

/// <summary>What a report says of its run is what the run's token says, or is left out.</summary>
internal static class ReportClaims
{
    public static Refusal? Refuse(ReportBuild request, WorkflowToken token, RunOrigin from) =>
        Differs("branch", request.Branch, from.Branch ?? (from.Pull is null ? null : token.HeadRef))
        ?? Differs("tag", request.Tag, from.Tag)
        ?? Differs("run_number", request.RunNumber, token.RunNumber);

    private static Refusal? Differs(string name, string? told, string? right) => told is null || string.Equals(told, right, StringComparison.Ordinal)
        ? null
        : Refusal.NotAllowed(
            $"not_the_runs_{name}",
            $"The report says {name} '{PlainLines.Of(told)}', and the run's token says {(right is null ? "nothing of one" : $"'{PlainLines.Of(right)}'")}. Leave `{name}` out: it is read from the token.");
}
