using Towpath.Engine.Storage;

namespace Towpath.Engine.Work;

/// <summary>
/// What else waits for gates besides deployments, and is looked at again when an application's are. It is asked at the end of the row that looked at them, and saved
/// with it: so a killed node forgets nothing.
/// </summary>
public interface IEvaluationReaction
{
    /// <param name="application">Whose gates may have changed.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    Task<IReadOnlyList<Change>> AfterAsync(string application, CancellationToken cancellationToken);
}

/// <summary>All of them.</summary>
public sealed class EvaluationReactions(IEnumerable<IEvaluationReaction> reactions)
{
    private readonly IReadOnlyList<IEvaluationReaction> _reactions = [.. reactions];

    public async Task<IReadOnlyList<Change>> AfterAsync(string application, CancellationToken cancellationToken)
    {
        if (_reactions.Count == 0) return [];
        var changes = new List<Change>();
        foreach (var reaction in _reactions) changes.AddRange(await reaction.AfterAsync(application, cancellationToken));
        return changes;
    }
}
