using System.Collections.Concurrent;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;

namespace Towpath.Aws.Limits;

/// <summary>The limits of every account, region and group of operations, shared by everything in the process.</summary>
/// <param name="time">The clock.</param>
/// <param name="options">Tells whose account the process's own credentials are of, where that can be known; see decision 7.</param>
public sealed class ApiLimits(TimeProvider time, AwsOptions? options = null)
{
    /// <summary>The longest that a caller with a ticket is kept waiting inside its call.</summary>
    private static readonly TimeSpan Inline = TimeSpan.FromSeconds(1);

    private readonly string _own = options is null ? "" : OwnIdentity.AccountOf(options.Variable, options.ManagementRole) ?? "";
    private readonly ConcurrentDictionary<(string Account, string Region, ApiGroup Group), ApiBucket> _buckets = new();
    private long _anonymous;

    /// <summary>Waits for room and takes it.</summary>
    /// <exception cref="RateLimitedException">That would take long, and the scope has a ticket to come back with.</exception>
    public Task TakeAsync(AwsScope scope, AwsRequest request, CancellationToken cancellationToken) =>
        TakeAsync(scope, request.Service, request.Operation, hold: false, cancellationToken);

    /// <summary>
    /// Takes room for a call that comes soon, so that a step can wait for it before it does anything else. Needs a scope with a ticket.
    /// </summary>
    /// <exception cref="RateLimitedException">There is no room yet.</exception>
    public Task HoldAsync(AwsScope scope, AwsService service, string operation, CancellationToken cancellationToken) =>
        TakeAsync(scope, service, operation, hold: true, cancellationToken);

    /// <summary>Gives back room that was held and is not needed after all.</summary>
    public void GiveBack(AwsScope scope, AwsService service, string operation)
    {
        if (scope.Ticket is { } ticket) BucketOf(scope, ApiGroup.Of(service, operation)).GiveBack(ticket);
    }

    internal void Drain(AwsScope scope, AwsRequest request) => BucketOf(scope, ApiGroup.Of(request.Service, request.Operation)).Drain();

    private async Task TakeAsync(AwsScope scope, AwsService service, string operation, bool hold, CancellationToken cancellationToken)
    {
        var group = ApiGroup.Of(service, operation);
        var bucket = BucketOf(scope, group);
        var ticket = scope.Ticket ?? $"#{Interlocked.Increment(ref _anonymous)}";
        while (bucket.TryTake(ticket, scope.GoesFirst, hold) is var (wait, ahead))
        {
            if (wait > Inline && scope.Ticket is not null) throw new RateLimitedException(group, wait, ahead);
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private ApiBucket BucketOf(AwsScope scope, ApiGroup group) =>
        _buckets.GetOrAdd((scope.Account ?? _own, scope.Region, group), key => new ApiBucket(key.Group, time));
}
