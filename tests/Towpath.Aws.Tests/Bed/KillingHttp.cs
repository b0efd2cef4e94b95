namespace Towpath.Aws.Tests.Bed;

/// <summary>
/// Kills a process at its n-th call, before AWS sees it or after AWS acted on it: the call's caller gets no answer, the process makes no further call,
/// and what runs in it is stopped.
/// </summary>
internal sealed class KillingHttp(int call, bool before, CancellationTokenSource kill) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _calls;

    /// <summary>How many calls were made.</summary>
    public int Calls => _calls;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (kill.IsCancellationRequested) return await NeverAsync(cancellationToken);
        var number = Interlocked.Increment(ref _calls);
        if (number != call) return await base.SendAsync(request, cancellationToken);
        if (!before) (await base.SendAsync(request, CancellationToken.None)).Dispose();
        await kill.CancelAsync();
        return await NeverAsync(cancellationToken);
    }

    private static async Task<HttpResponseMessage> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("a dead process goes on");
    }
}
