namespace Towpath.AwsEmulator.Calling.Policies;

public enum Decision
{
    Allowed,
    NotAllowed,
    ExplicitlyDenied,
}

public static class PolicyDecision
{
    /// <summary>Identity-based policies: an explicit deny wins, then one allow is needed.</summary>
    public static Decision Decide(IEnumerable<PolicyStatement> statements, string action, string? resource, IReadOnlyDictionary<string, string> facts)
    {
        var decision = Decision.NotAllowed;
        foreach (var statement in statements)
        {
            if (!statement.HasAction(action) || !statement.HasResource(resource) || !statement.Conditions.All(c => c.Holds(facts))) continue;
            if (!statement.Allows) return Decision.ExplicitlyDenied;
            decision = Decision.Allowed;
        }

        return decision;
    }
}
