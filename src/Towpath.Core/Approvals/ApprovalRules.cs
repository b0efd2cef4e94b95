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
        if (input.Environment.ApprovalTerms.Self) return null;
        if (string.Equals(user, input.RequestedBy, StringComparison.OrdinalIgnoreCase)) return "requested it, and nobody approves their own request";
        if (string.Equals(user, input.Author, StringComparison.OrdinalIgnoreCase)) return "wrote the commit, and nobody approves their own change";
        if (input.Hands.Contains(user, StringComparer.OrdinalIgnoreCase)) return "pushed, built or published it, and nobody approves what they had a hand in";
        return null;
    }

    /// <summary>Where GitHub told of somebody without saying who: anybody who approves may be that person, so nobody can. It matters not where people may approve what is their own.</summary>
    public static UnknownHand? WhoIsUnknown(GateInput input)
    {
        if (input.Environment.ApprovalTerms.Self) return null;
        if (string.Equals(input.Author, Build.Nobody, StringComparison.Ordinal)) return UnknownHand.Author;
        return string.Equals(input.RequestedBy, Build.Nobody, StringComparison.Ordinal) ? UnknownHand.Requester : null;
    }

    /// <summary>Why a recorded approval does not count now; null when it does.</summary>
    public static string? WhyVoid(Approval approval, GateInput input)
    {
        if (approval.Digest != input.Digest) return "it was given for another artifact";
        if (!string.Equals(approval.PolicyRevision, input.PolicyRevision, StringComparison.Ordinal)) return "the policy changed since";
        if (!IsOf(approval.User, approval.Role, input))
            return Parties.UserOf(approval.Role) is null ? $"no longer in {Parties.InFull(approval.Role)}" : "no longer asked";
        if (EndOf(approval, input) is { } end && end <= input.Now) return $"it counted until {GateEvaluator.Instant(end)}";
        return WhyNot(approval.User, input);
    }

    /// <summary>Whether somebody is asked by a rule that asks this party.</summary>
    public static bool IsOf(string user, string party, GateInput input) => input.Organization.Find(party)?.Includes(user, input.Key.Application) is true;

    /// <summary>When an approval stops counting by itself; null where it does not.</summary>
    public static DateTimeOffset? EndOf(Approval approval, GateInput input) => input.Environment.ApprovalTerms.Expires is { } time ? approval.At + time : null;
}
