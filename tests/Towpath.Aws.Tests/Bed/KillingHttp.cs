namespace Towpath.Aws.Tests.Bed;

/// <summary>
/// Kills a process at its n-th call, before AWS sees it or after AWS acted on it: the call's caller gets no answer, the process makes no further call,
/// and what runs in it is stopped.
/// </summary>
internal sealed class KillingHttp(int call, bool before, CancellationTokenSource kill) : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly Lock _lock = new();
    private readonly List<string> _operations = [];

    /// <summary>How many calls were made.</summary>
    public int Calls => Operations.Count;

    /// <summary>Their names in order.</summary>
    public IReadOnlyList<string> Operations
    {
        get
        {
            lock (_lock) return [.. _operations];
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (kill.IsCancellationRequested) return await NeverAsync(cancellationToken);
        int number;
        lock (_lock)
        {
            _operations.Add(OperationOf(request));
            number = _operations.Count;
        }

        if (number != call) return await base.SendAsync(request, cancellationToken);
        if (!before) (await base.SendAsync(request, CancellationToken.None)).Dispose();
        await kill.CancelAsync();
        return await NeverAsync(cancellationToken);
    }

    private static string OperationOf(HttpRequestMessage request) =>
        request.Headers.TryGetValues("X-Amz-Target", out var target) ? target.Single().Split('.')[^1] : $"{request.Method} {request.RequestUri!.AbsolutePath}";

    private static async Task<HttpResponseMessage> NeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("a dead process goes on");
    }
}
