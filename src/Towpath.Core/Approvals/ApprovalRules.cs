using Towpath.Core.Artifacts;
using Towpath.Core.Gates;

namespace Towpath.Core.Approvals;

/// <summary>Of whom GitHub did not tell who it was.</summary>
public enum UnknownHand
{
    /// <summary>Neither who wrote the commit nor who pushed it is known.</summary>
    Author,

    /// <summary>Who pushed the commit or published the release, by which the deployment was asked for.</summary>
    Requester,
}

/// <summary>Who may decide, and which decisions still count. Asked when somebody decides and again at each evaluation.</summary>
public static class ApprovalRules
{
    /// <summary>Why this person may not approve this promotion at all, whatever their role; null when they may.</summary>
    public static string? WhyNot(string user, GateInput input)
    {
        if (string.Equals(user, input.RequestedBy, StringComparison.OrdinalIgnoreCase)) return "requested it, and nobody approves their own request";
        if (string.Equals(user, input.Author, StringComparison.OrdinalIgnoreCase)) return "wrote the commit, and nobody approves their own change";
        if (input.Hands.Contains(user, StringComparer.OrdinalIgnoreCase)) return "pushed, built or published it, and nobody approves what they had a hand in";
        return null;
    }

    /// <summary>Where GitHub told of somebody without saying who: anybody who approves may be that person, so nobody can.</summary>
    public static UnknownHand? WhoIsUnknown(GateInput input)
    {
        if (string.Equals(input.Author, Build.Nobody, StringComparison.Ordinal)) return UnknownHand.Author;
        return string.Equals(input.RequestedBy, Build.Nobody, StringComparison.Ordinal) ? UnknownHand.Requester : null;
    }

    /// <summary>Why a recorded approval does not count now; null when it does.</summary>
    public static string? WhyVoid(Approval approval, GateInput input)
    {
        if (approval.Digest != input.Digest) return "it was given for another artifact";
        if (!string.Equals(approval.PolicyRevision, input.PolicyRevision, StringComparison.Ordinal)) return "the policy changed since";
        if (!input.Organization.RolesOf(approval.User, input.Key.Application).Contains(approval.Role, StringComparer.Ordinal))
            return $"no longer in role {approval.Role}";
        return WhyNot(approval.User, input);
    }
}
