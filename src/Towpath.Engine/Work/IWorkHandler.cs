using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>
/// Does one kind of work. It makes its own commits under the claim's fence, the last of which takes the row out of its queue or
/// puts it off. An exception means: try again later; the row stays.
/// </summary>
public interface IWorkHandler
{
    string Kind { get; }

    Task HandleAsync(ClaimedWork work, WorkSignals signals);

    /// <summary>
    /// What to save when the row failed too often, so that people see what is wrong with what it is about. It moves the row or takes it out of
    /// its queue; null where there is nothing to say.
    /// </summary>
    Task<IReadOnlyList<Change>?> GivenUpAsync(ClaimedWork work, Exception exception, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Change>?>(null);
}

/// <param name="Stop">Stop at once.</param>
/// <param name="Drain">Stop at the next good place.</param>
/// <param name="Wake">Something about this row's subject changed, such as a cancellation: look.</param>
public readonly record struct WorkSignals(CancellationToken Stop, CancellationToken Drain, CancellationToken Wake);
