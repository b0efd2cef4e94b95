namespace Towpath.Aws.Bootstrap;

/// <summary>One thing of an estate: how it should be, how it is, and how it is made so.</summary>
public abstract class EstateResource(string kind, string name, string? account)
{
    /// <summary>Such as <c>repository</c>.</summary>
    public string Kind => kind;

    public string Name => name;

    /// <summary>Whose it is; null for the caller's.</summary>
    public string? Account => account;

    /// <summary>Looks at it. Changes nothing.</summary>
    public abstract Task<EstateState> LookAsync(CancellationToken cancellationToken);

    /// <summary>Makes it what it should be. May be run again after a failure at any point.</summary>
    public abstract Task ApplyAsync(CancellationToken cancellationToken);
}

public enum EstateVerb
{
    /// <summary>It is as it should be.</summary>
    Same,

    Create,

    Change,

    /// <summary>It is missing, and only people know what it should be.</summary>
    Fill,

    /// <summary>It belongs to another account than the caller's.</summary>
    Elsewhere,

    /// <summary>Something else has to come first.</summary>
    Blocked,
}

/// <param name="Verb">What has to be done.</param>
/// <param name="Note">Why, or what to do.</param>
/// <param name="Aspects">What of it would be made or changed.</param>
public sealed record EstateState(EstateVerb Verb, string? Note = null, params IReadOnlyList<Aspect> Aspects)
{
    public bool IsToDo => Verb is EstateVerb.Create or EstateVerb.Change;

    /// <summary>The same, or a change of those aspects that differ.</summary>
    public static EstateState Of(IEnumerable<Aspect> aspects)
    {
        Aspect[] different = [.. aspects.Where(a => !a.IsSame)];
        return different.Length == 0 ? new EstateState(EstateVerb.Same) : new EstateState(EstateVerb.Change, string.Join(", ", different.Select(a => a.Name)), different);
    }
}

/// <summary>A document or value of a resource.</summary>
/// <param name="Name">Such as <c>trust policy</c>.</param>
/// <param name="Before">As it is; null where there is none.</param>
/// <param name="After">As it should be.</param>
public sealed record Aspect(string Name, string? Before, string After)
{
    public bool IsSame => Policies.PolicyText.Same(Before, After);
}
