using Towpath.Core.Applications;
using Towpath.Core.Facts;
using Towpath.Engine.Storage;
using Towpath.GitHub.Webhooks;
using Towpath.Server.Features.GitHub.Repositories;

namespace Towpath.Server.Features.GitHub.Reconcile;

/// <summary>A repository that is compared with what is known of it.</summary>
/// <param name="Known">How it is called.</param>
/// <param name="Name">What is known of its name.</param>
/// <param name="Applications">The applications that live in it.</param>
/// <param name="IsFirst">It was never compared: what is there now is where knowledge begins, and nothing follows from it.</param>
public sealed record ComparedRepository(KnownRepository Known, RepositoryName Name, IReadOnlyList<ApplicationSpec> Applications, bool IsFirst);

/// <param name="Events">What was not heard of, as the events that would have told it.</param>
/// <param name="Silent">Facts from which nothing follows.</param>
public sealed record Differences(IReadOnlyList<WebhookEvent> Events, IReadOnlyList<Change> Silent)
{
    public static Differences None { get; } = new([], []);
}

/// <summary>Compares one kind of thing at GitHub with what is known of it here. Reads are conditional, so that they cost little while nothing changes.</summary>
public interface IDifferences
{
    Task<Differences> FindAsync(ComparedRepository repository, CancellationToken cancellationToken);
}
