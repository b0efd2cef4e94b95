namespace Towpath.Oci.Calling;

/// <summary>Three attempts, exponential back-off with jitter; what the registry asks for in <c>Retry-After</c> is waited for.</summary>
internal sealed class RegistryRetry(OciOptions options, TimeProvider time)
{
    public const int Attempts = 3;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            try
            {
                return await attempt(cancellationToken);
            }
            catch (RegistryException exception) when (number < Attempts && MayHelp(exception.Failure))
            {
                await Task.Delay(BackOff(number, exception.Failure.RetryAfter), time, cancellationToken);
            }
        }
    }

    private bool MayHelp(RegistryFailure failure) => failure.IsTransient && !(failure.RetryAfter > options.LongestWait);

    private TimeSpan BackOff(int attempt, TimeSpan? told)
    {
        var own = First * Math.Pow(2, attempt - 1) * (0.5 + options.Jitter() / 2);
        return told > own ? told.Value : own;
    }
}
