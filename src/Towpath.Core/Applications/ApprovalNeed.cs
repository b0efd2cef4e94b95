using Towpath.Core.Approvals;

namespace Towpath.Core.Applications;

/// <summary>Whose yes an environment needs: one rule, or several needs of which any or all must be met.</summary>
public abstract record ApprovalNeed
{
    private protected ApprovalNeed()
    {
    }

    /// <summary>Every rule within, in the order written.</summary>
    public abstract IEnumerable<ApprovalRule> Rules { get; }
}

/// <summary>How many people of a role, of a team, or which person must say yes.</summary>
/// <param name="Role">Who is asked, as <see cref="Parties"/> writes it; a role by its bare name.</param>
/// <param name="Count">How many people.</param>
public sealed record ApprovalRule(string Role, int Count = 1) : ApprovalNeed
{
    public override IEnumerable<ApprovalRule> Rules => [this];
}

/// <summary>One of these is enough.</summary>
public sealed record AnyNeed(IReadOnlyList<ApprovalNeed> Of) : ApprovalNeed
{
    public override IEnumerable<ApprovalRule> Rules => Of.SelectMany(need => need.Rules);
}

/// <summary>All of these, each by other people.</summary>
public sealed record AllNeed(IReadOnlyList<ApprovalNeed> Of) : ApprovalNeed
{
    public override IEnumerable<ApprovalRule> Rules => Of.SelectMany(need => need.Rules);
}

/// <summary>Which approvals count.</summary>
/// <param name="Self">Whether who asked for it, wrote it or had a hand in it may approve it, too.</param>
/// <param name="Expires">For how long an approval counts; null for as long as nothing changes.</param>
public sealed record ApprovalTerms(bool Self, TimeSpan? Expires)
{
    public static ApprovalTerms Standard { get; } = new(false, null);
}
