namespace Towpath.GitHub.Tests.Target;

/// <summary>
/// Kills a process at its n-th call, before GitHub sees it or after GitHub acted on it: the call's caller gets no answer, the process makes no further call,
/// and what runs in it is stopped.
/// </summary>
internal sealed class KillingHttp(int call, bool before, CancellationTokenSource kill) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    private readonly Lock _lock = new();
    private int _calls;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (kill.IsCancellationRequested) return await NeverAsync(cancellationToken);
        int number;
        lock (_lock) number = ++_calls;
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
