namespace Towpath.Core.Targets;

/// <summary>
/// Takes away what deployments put on a target of one kind, where an environment was for a while only: a pull request's preview. May be called again after an
/// interruption, and where nothing is left.
/// </summary>
public interface ITargetRemoval
{
    /// <summary>The target that it takes things away from.</summary>
    string Kind { get; }

    Task<RemovalResult> RemoveAsync(TargetLook look, CancellationToken cancellationToken);
}

public abstract record RemovalResult
{
    /// <param name="Summary">What is gone, in a few words.</param>
    public sealed record Removed(string Summary) : RemovalResult;

    /// <summary>The answer is no: what was found, and what stays there.</summary>
    public sealed record Refused(string Reason, RefusalKind Kind = RefusalKind.No) : RemovalResult;
}
