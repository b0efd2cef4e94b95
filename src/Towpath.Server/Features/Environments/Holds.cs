using Towpath.Server.Web;

namespace Towpath.Server.Features.Environments;

/// <summary>What a lock and a pin have in common: a reason, and an end.</summary>
internal static class Holds
{
    private const long LongestSeconds = 366L * 24 * 3600;

    /// <param name="reason">Why.</param>
    /// <param name="expiresInSeconds">When it ends by itself.</param>
    /// <param name="what">What it is called.</param>
    public static Refusal? Refuse(string reason, long? expiresInSeconds, string what)
    {
        if (string.IsNullOrWhiteSpace(reason)) return Refusal.Unprocessable("bad_reason", $"`reason` is empty. Say why, for those who meet the {what}.");
        return Texts.RefuseReason("reason", reason)
            ?? (expiresInSeconds is < 1 or > LongestSeconds ? Refusal.Unprocessable("bad_expiry", $"`expires_in_seconds` is a number from 1 to {LongestSeconds}.") : null);
    }
}
