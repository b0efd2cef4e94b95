namespace Towpath.Core.Deployments;

/// <summary>
/// Where a deployment's transitions are made durable: the store in the server, an fsynced file in <c>towpath deploy</c>.
/// State, journal entry, audit rows and effects are saved as one, under the caller's fencing token, or not at all.
/// </summary>
public interface IJournal
{
    Task<Deployment> ReadAsync(DeploymentId id, CancellationToken cancellationToken);

    /// <param name="before">The state that the transition was decided on; its revision must still stand.</param>
    /// <param name="transition">What was decided.</param>
    /// <param name="cancellationToken">Cancels the wait, not a write on its way.</param>
    Task<JournalWrite> WriteAsync(Deployment before, Next transition, CancellationToken cancellationToken);

    /// <summary>Whether the caller still owns the deployment.</summary>
    Task<bool> IsOwnedAsync(CancellationToken cancellationToken);

    /// <summary>Adds a line to the deployment's log; lines are written in order, some time later, and lost ones change nothing.</summary>
    void Log(DeploymentId id, string step, string text);
}

public enum JournalWrite
{
    Written,

    /// <summary>Somebody else changed the deployment in between: read it again and decide again.</summary>
    Conflict,

    /// <summary>Another node owns it now: stop.</summary>
    Fenced,
}
