using System.Collections.Frozen;

namespace Towpath.Aws.Calling;

/// <summary>Standard retry mode: three attempts, exponential back-off with full jitter, at most twenty seconds (AWS SDKs and Tools Reference Guide, "Retry behavior").</summary>
internal static class AwsRetry
{
    public const int Attempts = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly FrozenSet<string> Throttling = FrozenSet.ToFrozenSet(
    [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "RequestThrottled", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException", "TransactionInProgressException",
    ], StringComparer.Ordinal);

    public static bool IsThrottling(string code) => Throttling.Contains(code);

    /// <summary>Whether another attempt may help, apart from how many there were.</summary>
    public static bool MayHelp(AwsFailure failure) =>
        failure.Status is 0 or 429 or 500 or 502 or 503 or 504 || IsThrottling(failure.Code)
        || failure.Code is "RequestTimeout" or "RequestTimeoutException" or "InternalFailure" or "InternalServerError" or "ServiceUnavailable";

    /// <param name="attempt">The attempt that failed, from 1.</param>
    /// <param name="jitter">From 0 to 1.</param>
    /// <param name="told">What <c>Retry-After</c> said.</param>
    public static TimeSpan BackOff(int attempt, double jitter, TimeSpan? told)
    {
        var own = Math.Min(Longest.TotalSeconds, Math.Pow(2, attempt - 1)) * jitter;
        return told is { } wait ? TimeSpan.FromSeconds(Math.Min(Math.Max(own, wait.TotalSeconds), 60)) : TimeSpan.FromSeconds(own);
    }
}
