using System.Globalization;
using Towpath.Core.Deployments;

namespace Towpath.Aws.StaticSite.Uploads;

/// <summary>Says how far uploads are, once a second at most, and makes sure on the way that this node still owns the deployment.</summary>
internal sealed class UploadProgress(StepContext context, TimeProvider time, int files)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly long _start = time.GetTimestamp();
    private long _last = time.GetTimestamp();
    private long _bytes;
    private int _done;

    public int Done => _done;

    public long Bytes => _bytes;

    public void Add(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _done);
    }

    /// <exception cref="OwnershipLostException">Another node owns the deployment now.</exception>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_last) < Every) return;
        _last = time.GetTimestamp();
        context.Log(string.Create(CultureInfo.InvariantCulture, $"{_done:N0} of {files:N0} files, {Text(_bytes)}, {Text(PerSecond)}/s"));
        await context.EnsureOwnedAsync(cancellationToken);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_done:N0} files, {Text(_bytes)}, {Text(PerSecond)}/s");

    private long PerSecond => (long)(_bytes / Math.Max(0.001, time.GetElapsedTime(_start).TotalSeconds));

    private static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
